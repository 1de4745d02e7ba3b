using EncryptionService.Service.Health;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Tests.Rooms;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EncryptionService.Service.Tests.Health;

/// <summary>Readiness over a medium that is slow, dead, or away (docs/spec/operations.md, section 2). The clock is the test's.</summary>
public sealed class ReadinessTests : IAsyncDisposable
{
    private const string NoAnswer = "the ledger does not answer";

    private static readonly TimeSpan instant = TimeSpan.FromMilliseconds(1);

    private readonly AlarmTime time = new();
    private readonly SlowLedger ledger = new();
    private readonly ServiceState state = new();
    private readonly ServiceProvider rooms;
    private readonly Readiness readiness;

    public ReadinessTests()
    {
        rooms = new ServiceCollection().AddSingleton<ILedger>(ledger).BuildServiceProvider();
        readiness = new Readiness(state, rooms, time);
        state.SetStarted();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A probe; one that the clock does not end fails the test and does not hang it.</summary>
    private Task<string?> AskAsync() => readiness.WhyNotAsync(Token).WaitAsync(TimeSpan.FromSeconds(60), Token);

    public async ValueTask DisposeAsync()
    {
        await rooms.DisposeAsync();
        await ledger.DisposeAsync();
    }

    [Fact]
    public async Task A_medium_that_does_not_answer_is_given_two_seconds_and_no_second_look_begins_meanwhile()
    {
        var asked = AskAsync();
        time.Pass(TimeSpan.FromSeconds(2) - instant);
        Assert.False(asked.IsCompleted);
        time.Pass(instant);
        Assert.Equal(NoAnswer, await asked);

        var later = AskAsync();
        time.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(NoAnswer, await later);
        Assert.Equal(1, await ledger.LooksAsync(1));

        var last = AskAsync();
        ledger.Answer(null);
        Assert.Null(await last);
        time.Pass(TimeSpan.FromSeconds(2));
        var again = AskAsync();
        Assert.Equal(2, await ledger.LooksAsync(2));
        ledger.Answer(null);
        Assert.Null(await again);
    }

    [Fact]
    public async Task An_answer_that_comes_late_but_in_time_counts()
    {
        var asked = AskAsync();
        await ledger.LooksAsync(1);
        time.Pass(TimeSpan.FromSeconds(2) - instant);
        ledger.Answer(null);

        Assert.Null(await asked);
    }

    [Fact]
    public async Task All_who_ask_within_two_seconds_share_one_look_and_its_answer()
    {
        var asked = Enumerable.Range(0, 20).Select(_ => AskAsync()).ToArray();
        await ledger.LooksAsync(1);
        ledger.Answer(new LedgerUnavailableException("Planned: the storage is away.", null));
        Assert.All(await Task.WhenAll(asked), answer => Assert.Equal("the ledger cannot be written", answer));
        time.Pass(TimeSpan.FromSeconds(2) - instant);
        Assert.Equal("the ledger cannot be written", await AskAsync());
        Assert.Equal(1, await ledger.LooksAsync(1));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_keeps_no_old_answer_alive()
    {
        var asked = AskAsync();
        await ledger.LooksAsync(1);
        ledger.Answer(new LedgerUnavailableException("Planned: the storage is away.", null));
        await asked;

        time.Set(TimeSpan.FromMinutes(-5));
        time.Pass(TimeSpan.FromSeconds(2));
        var again = AskAsync();
        Assert.Equal(2, await ledger.LooksAsync(2));
        ledger.Answer(null);
        Assert.Null(await again);
    }

    [Fact]
    public async Task Damage_and_the_start_are_told_without_a_look()
    {
        var starting = new ServiceState();
        starting.SetWaiting("waiting for the ledger's storage");
        Assert.Equal("waiting for the ledger's storage", await new Readiness(starting, rooms, time).WhyNotAsync(Token));
        state.SetDamaged();
        Assert.Equal("the ledger is damaged", await AskAsync());
        Assert.Equal(0, await ledger.LooksAsync(0));
    }

    /// <summary>A ledger that is asked whether it can be written, and answers when the test says so.</summary>
    private sealed class SlowLedger : ILedger
    {
        private readonly Lock gate = new();
        private TaskCompletionSource asked = New();
        private TaskCompletionSource answer = New();
        private int looks;

        public bool TailMayBeTorn => false;

        public long SizeInBytes => 0;

        /// <summary>Ends the look that is under way.</summary>
        public void Answer(Exception? fault)
        {
            TaskCompletionSource ended;
            lock (gate)
            {
                (ended, answer) = (answer, New());
            }

            if (fault is null)
            {
                ended.SetResult();
            }
            else
            {
                ended.SetException(fault);
            }
        }

        /// <summary>How many looks have begun, once there are so many.</summary>
        public async Task<int> LooksAsync(int atLeast)
        {
            while (true)
            {
                Task next;
                lock (gate)
                {
                    if (looks >= atLeast)
                    {
                        return looks;
                    }

                    next = asked.Task;
                }

                await next.WaitAsync(TimeSpan.FromSeconds(60), Token);
            }
        }

        public async ValueTask ProbeAsync(CancellationToken cancellationToken)
        {
            Task waiting;
            lock (gate)
            {
                looks++;
                waiting = answer.Task;
                asked.SetResult();
                asked = New();
            }

            await waiting;
        }

        public ValueTask<bool> TryCreateAsync(SegmentName segment, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<bool> TryAppendAsync(SegmentName segment, long expectedLength, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(SegmentName segment, long offset, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<bool> TryCutAsync(SegmentName segment, long expectedLength, long length, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<SegmentName> ListAsync(StreamName? stream, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
