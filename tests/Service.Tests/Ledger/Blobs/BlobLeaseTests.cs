using Azure.Storage.Blobs.Specialized;
using EncryptionService.Compliance;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Tests.Rooms;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EncryptionService.Service.Tests.Ledger.Blobs;

/// <summary>A storage that refuses to append though nobody else appended (docs/spec/ledger.md, section 10).</summary>
public sealed class BlobLeaseTests(AzuriteFixture fixture) : BlobTest(fixture)
{
    private const string First = "group/words,000001";
    private readonly FakeTime time = new();

    [Fact]
    public async Task A_lease_on_a_segment_is_no_lost_race_and_is_told_until_it_is_broken()
    {
        using var key = LedgerWords.NewKey();
        var log = new Told();
        await using var ledger = Place.Open(time: time, logger: log);
        var words = await LedgerWords.OpenAsync(ledger, key, new LedgerOptions(), fromSnapshot: false, Token);
        await words.AddAsync("a", Token);
        var length = (await ledger.ReadAsync(Segment, 0, Token))!.Value.Length;
        var lease = Place.Container.GetAppendBlobClient(First).GetBlobLeaseClient();
        await lease.AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration, cancellationToken: Token);

        AssertTold(await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.TryAppendAsync(Segment, length, new byte[1], Token)));
        AssertTold(await Assert.ThrowsAsync<LedgerUnavailableException>(() => words.AddAsync("b", Token)));
        for (var probe = 0; probe < 3; probe++)
        {
            await words.RefreshAsync(Token);
            AssertTold(await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.ProbeAsync(Token)));
            time.Now += TimeSpan.FromSeconds(10);
        }

        Assert.Equal([302], log.Events);
        await lease.BreakAsync(TimeSpan.Zero, cancellationToken: Token);
        await ledger.ProbeAsync(Token);
        Assert.Equal([302, 303], log.Events);
        await words.AddAsync("b", Token);
        Assert.Equal(["a", "b"], await ReadAsync(key));
    }

    [Fact]
    public async Task A_lease_on_the_probe_keeps_nothing_from_being_ready()
    {
        await using var ledger = Place.Open(time: time);
        await ledger.ProbeAsync(Token);
        var lease = Place.Container.GetAppendBlobClient("probe").GetBlobLeaseClient();
        await lease.AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration, cancellationToken: Token);
        time.Now += TimeSpan.FromMinutes(6);

        await ledger.ProbeAsync(Token);
    }

    [Theory]
    [InlineData("AppendPositionConditionNotMet")]
    [InlineData("ConditionNotMet")]
    [InlineData("TargetConditionNotMet")]
    public async Task A_condition_that_does_not_hold_means_that_somebody_else_was_faster(string code)
    {
        await using var ledger = Place.Open();
        await ledger.TryCreateAsync(Segment, Token);
        Wire.Play = (_, _, _) => Task.FromResult(StorageWire.Answer(412, code));

        Assert.False(await ledger.TryCreateAsync(Segment, Token));
        Assert.False(await ledger.TryAppendAsync(Segment, 0, new byte[1], Token));
    }

    [Theory]
    [InlineData("LeaseIdMissing", "lease")]
    [InlineData("LeaseLost", "lease")]
    [InlineData("LeaseIdMismatchWithBlobOperation", "lease")]
    [InlineData("MaxBlobSizeConditionNotMet", "412")]
    [InlineData("", "412")]
    public async Task Any_other_failed_precondition_is_no_lost_race(string code, string words)
    {
        await using var ledger = Place.Open();
        Wire.Play = (_, _, _) => Task.FromResult(StorageWire.Answer(412, code));

        foreach (var call in new Func<Task>[]
                 {
                     async () => await ledger.TryCreateAsync(Segment, Token),
                     async () => await ledger.TryAppendAsync(Segment, 0, new byte[1], Token),
                 })
        {
            var fault = await Assert.ThrowsAsync<LedgerUnavailableException>(call);
            Assert.True(fault.Passes);
            Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_storage_that_says_lost_race_for_ever_is_believed_a_few_times()
    {
        using var key = LedgerWords.NewKey();
        var (ledger, words) = await WordsAsync(key, "a");
        await using var _ = ledger;
        var refused = 0;
        Wire.Play = (kind, _, send) => kind == "append" && ++refused <= 50 ? Task.FromResult(StorageWire.Answer(412, "ConditionNotMet")) : send();

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => words.AddAsync("b", Token));

        Assert.InRange(refused, 2, 10);
        Wire.Play = null;
        await words.AddAsync("b", Token);
        Assert.Equal(["a", "b"], await ReadAsync(key));
    }

    private static void AssertTold(LedgerUnavailableException fault)
    {
        Assert.True(fault.Passes);
        Assert.Contains(First, fault.Message, StringComparison.Ordinal);
        Assert.Contains("lease", fault.Message, StringComparison.Ordinal);
    }

    private sealed class Told : ILogger
    {
        public List<int> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Events.Add(eventId.Id);
    }
}
