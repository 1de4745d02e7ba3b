using EncryptionService.Service.Ledger;
using Xunit;

namespace EncryptionService.Compliance;

/// <summary>Streams over any <see cref="ILedger"/>: chain, races, rolls, crashes and lost replies (docs/spec/ledger.md, sections 1 to 3).</summary>
public abstract class LedgerStreamCompliance
{
    private const int FramesPerSegment = 3;

    /// <summary>Create, terminal frame, snapshot.</summary>
    private const int StepsOfARoll = 3;

    /// <summary>Every way of dying or failing at every step of a roll.</summary>
    public static TheoryData<int, FaultMode, int> FaultsOfARoll
    {
        get
        {
            var rows = new TheoryData<int, FaultMode, int>();
            for (var step = 1; step <= StepsOfARoll; step++)
            {
                foreach (var mode in Enum.GetValues<FaultMode>())
                {
                    int[] sizes = mode == FaultMode.DieWithinWrite ? [1, FrameCodec.HeaderSize - 1, FrameCodec.HeaderSize, FrameCodec.HeaderSize + 3, int.MaxValue] : [0];
                    foreach (var size in sizes)
                    {
                        rows.Add(step, mode, size);
                    }
                }
            }

            return rows;
        }
    }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens one more instance over the place that belongs to this test.</summary>
    protected abstract ILedger OpenLedger();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_reads_back_what_was_appended_across_segments(bool fromSnapshot)
    {
        using var key = LedgerWords.NewKey();
        var expected = Enumerable.Range(0, 11).Select(number => $"w{number}").ToList();
        await using (var ledger = OpenLedger())
        {
            var words = await LedgerWords.OpenAsync(ledger, key, LedgerWords.SmallSegments(FramesPerSegment), fromSnapshot, Token);
            foreach (var word in expected)
            {
                await words.AddAsync(word, Token);
            }

            Assert.Equal(4, words.Segment.Number);
        }

        await using var again = OpenLedger();
        var read = await LedgerWords.OpenAsync(again, key, LedgerWords.SmallSegments(FramesPerSegment), fromSnapshot, Token);
        Assert.Equal(expected, read.Words);
        Assert.Equal(11 + (3 * 2), read.Length);
        Assert.Equal(4, read.Segment.Number);
    }

    [Fact]
    public async Task Of_racing_writers_every_word_lands_once_across_rolls()
    {
        const int Writers = 4;
        const int Each = 12;
        using var key = LedgerWords.NewKey();
        await using var first = OpenLedger();
        await using var second = OpenLedger();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                var words = await LedgerWords.OpenAsync(
                    writer % 2 == 0 ? first : second, key, LedgerWords.SmallSegments(FramesPerSegment), fromSnapshot: writer > 1, Token);
                for (var number = 0; number < Each; number++)
                {
                    await words.AddAsync($"{writer}.{number}", Token);
                }
            },
            Token)));

        foreach (var fromSnapshot in new[] { false, true })
        {
            var all = await LedgerWords.OpenAsync(second, key, new LedgerOptions(), fromSnapshot, Token);
            Assert.Equal(Writers * Each, all.Words.Count);
            Assert.Equal(Writers * Each, all.Words.Distinct().Count());
        }
    }

    [Theory]
    [MemberData(nameof(FaultsOfARoll))]
    public async Task A_roll_that_fails_at_any_step_is_finished_by_whoever_comes_next(int step, FaultMode mode, int bytes)
    {
        using var key = LedgerWords.NewKey();
        var options = LedgerWords.SmallSegments(FramesPerSegment);
        await using (var ledger = new FaultyLedger(OpenLedger()))
        {
            var words = await LedgerWords.OpenAsync(ledger, key, options, fromSnapshot: false, Token);
            foreach (var word in new[] { "a", "b", "c" })
            {
                await words.AddAsync(word, Token);
            }

            ledger.Arm(step, mode, bytes);
            await Assert.ThrowsAsync<LedgerUnavailableException>(() => words.AddAsync("d", Token));
            if (!ledger.IsDead)
            {
                await words.AddAsync("d", Token);
                Assert.Equal(["a", "b", "c", "d"], words.Words);
            }
        }

        await using var again = OpenLedger();
        var next = await LedgerWords.OpenAsync(again, key, options, fromSnapshot: step % 2 == 0, Token);
        Assert.Equal(["a", "b", "c"], next.Words.Take(3));
        await next.AddAsync("d", Token);
        await next.AddAsync("e", Token);
        Assert.Equal(["a", "b", "c", "d", "e"], next.Words);
        Assert.Equal(2, next.Segment.Number);
        Assert.Equal(7, next.Length);
        foreach (var fromSnapshot in new[] { false, true })
        {
            Assert.Equal(next.Words, (await LedgerWords.OpenAsync(again, key, options, fromSnapshot, Token)).Words);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_first_append_whose_reply_is_lost_is_found_by_reading_and_not_repeated(int operation)
    {
        using var key = LedgerWords.NewKey();
        await using var ledger = new FaultyLedger(OpenLedger());
        var words = await LedgerWords.OpenAsync(ledger, key, new LedgerOptions(), fromSnapshot: false, Token);
        ledger.Arm(operation, FaultMode.LoseReply);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => words.AddAsync("a", Token));
        await words.AddAsync("a", Token);
        await words.AddAsync("b", Token);
        Assert.Equal(["a", "b"], words.Words);
        Assert.Equal(2, words.Length);
        Assert.Equal(3, ledger.Operations);
    }

    [Fact]
    public async Task A_stream_that_was_never_written_is_empty_and_creates_nothing()
    {
        using var key = LedgerWords.NewKey();
        await using var ledger = OpenLedger();
        var words = await LedgerWords.OpenAsync(ledger, key, new LedgerOptions(), fromSnapshot: true, Token);
        await words.RefreshAsync(Token);
        Assert.Empty(words.Words);
        Assert.Equal(0, words.Length);
        Assert.Empty(await ledger.ListAsync(null, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task The_loser_of_a_roll_reads_the_snapshot_of_the_winner()
    {
        using var key = LedgerWords.NewKey();
        await using var ledger = OpenLedger();
        var one = await LedgerWords.OpenAsync(ledger, key, LedgerWords.SmallSegments(1), fromSnapshot: false, Token);
        await one.AddAsync("a", Token);
        var two = await LedgerWords.OpenAsync(ledger, key, LedgerWords.SmallSegments(1), fromSnapshot: false, Token);
        Assert.True(await one.RollAsync(Token));
        Assert.False(await two.RollAsync(Token));
        Assert.Equal(0, await two.AddAsync("b", Token));
        await one.RefreshAsync(Token);
        Assert.Equal(["a", "b"], one.Words);
        Assert.Equal(one.Words, two.Words);
    }
}
