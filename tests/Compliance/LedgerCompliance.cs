using System.Security.Cryptography;
using EncryptionService.Service.Ledger;
using Xunit;

namespace EncryptionService.Compliance;

/// <summary>What every <see cref="ILedger"/> must do (docs/spec/ledger.md, section 2). The streams over it: <see cref="LedgerStreamCompliance"/>.</summary>
public abstract class LedgerCompliance
{
    private static readonly SegmentName segment = new(StreamName.ForGroup("g"), 1);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens one more instance over the place that belongs to this test.</summary>
    protected abstract ILedger OpenLedger();

    [Fact]
    public async Task A_segment_is_created_once()
    {
        await using var first = OpenLedger();
        await using var second = OpenLedger();
        Assert.Null(await first.ReadAsync(segment, 0, Token));
        Assert.True(await first.TryCreateAsync(segment, Token));
        Assert.False(await first.TryCreateAsync(segment, Token));
        Assert.False(await second.TryCreateAsync(segment, Token));
        Assert.Equal(0, (await second.ReadAsync(segment, 0, Token))?.Length);
    }

    [Fact]
    public async Task An_append_succeeds_only_at_exactly_the_expected_length()
    {
        await using var ledger = OpenLedger();
        Assert.False(await ledger.TryAppendAsync(segment, 0, new byte[] { 1 }, Token));
        await ledger.TryCreateAsync(segment, Token);
        Assert.False(await ledger.TryAppendAsync(segment, 1, new byte[] { 9 }, Token));
        Assert.True(await ledger.TryAppendAsync(segment, 0, new byte[] { 1, 2 }, Token));
        Assert.False(await ledger.TryAppendAsync(segment, 0, new byte[] { 9 }, Token));
        Assert.False(await ledger.TryAppendAsync(segment, 1, new byte[] { 9 }, Token));
        Assert.False(await ledger.TryAppendAsync(segment, 3, new byte[] { 9 }, Token));
        Assert.True(await ledger.TryAppendAsync(segment, 2, new byte[] { 3 }, Token));
        Assert.Equal([1, 2, 3], (await ledger.ReadAsync(segment, 0, Token))!.Value.ToArray());
    }

    [Fact]
    public async Task A_segment_is_read_from_any_offset_to_its_end_and_not_beyond()
    {
        await using var ledger = OpenLedger();
        await ledger.TryCreateAsync(segment, Token);
        await ledger.TryAppendAsync(segment, 0, new byte[] { 1, 2, 3 }, Token);
        Assert.Equal([2, 3], (await ledger.ReadAsync(segment, 1, Token))!.Value.ToArray());
        Assert.Equal(0, (await ledger.ReadAsync(segment, 3, Token))?.Length);
        await Assert.ThrowsAsync<LedgerDamagedException>(async () => await ledger.ReadAsync(segment, 4, Token));
    }

    [Fact]
    public async Task What_was_appended_is_there_after_reopening()
    {
        var bytes = RandomNumberGenerator.GetBytes(1000);
        await using (var ledger = OpenLedger())
        {
            await ledger.TryCreateAsync(segment, Token);
            await ledger.TryAppendAsync(segment, 0, bytes, Token);
        }

        await using var again = OpenLedger();
        Assert.Equal(bytes, (await again.ReadAsync(segment, 0, Token))!.Value.ToArray());
        Assert.Equal(bytes.Length, again.SizeInBytes);
        Assert.False(await again.TryCreateAsync(segment, Token));
        Assert.True(await again.TryAppendAsync(segment, bytes.Length, bytes, Token));
    }

    [Fact]
    public async Task The_largest_frame_goes_in_and_comes_out()
    {
        var bytes = RandomNumberGenerator.GetBytes(FrameCodec.LongestPayload + FrameCodec.Overhead);
        await using var ledger = OpenLedger();
        await ledger.TryCreateAsync(segment, Token);
        Assert.True(await ledger.TryAppendAsync(segment, 0, bytes, Token));
        Assert.True((await ledger.ReadAsync(segment, 0, Token))!.Value.Span.SequenceEqual(bytes));
    }

    [Fact]
    public async Task Of_racing_appends_every_one_lands_once_and_every_loser_is_told()
    {
        const int Writers = 4;
        const int Each = 15;
        await using var first = OpenLedger();
        await using var second = OpenLedger();
        await first.TryCreateAsync(segment, Token);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                var ledger = writer % 2 == 0 ? first : second;
                for (var number = 0; number < Each; number++)
                {
                    byte[] frame = [(byte)writer, (byte)number];
                    long length;
                    do
                    {
                        length = (await ledger.ReadAsync(segment, 0, Token))!.Value.Length;
                    }
                    while (!await ledger.TryAppendAsync(segment, length, frame, Token));
                }
            },
            Token)));

        var frames = (await first.ReadAsync(segment, 0, Token))!.Value.ToArray().Chunk(2).Select(frame => (frame[0], frame[1])).ToList();
        Assert.Equal(Writers * Each, frames.Count);
        Assert.Equal(Writers * Each, frames.Distinct().Count());
        Assert.All(frames.GroupBy(frame => frame.Item1), group => Assert.Equal(group.Select(frame => frame.Item2).Order(), group.Select(frame => frame.Item2)));
    }

    [Fact]
    public async Task Of_racing_creations_one_wins()
    {
        await using var first = OpenLedger();
        await using var second = OpenLedger();
        var created = await Task.WhenAll(Enumerable.Range(0, 8).Select(racer => Task.Run(
            async () => await (racer % 2 == 0 ? first : second).TryCreateAsync(segment, Token), Token)));
        Assert.Single(created, won => won);
    }

    [Fact]
    public async Task Segments_are_listed_in_order_whatever_the_group_is_called()
    {
        string[] ids = [".", "..", "...", "-", "root", "members", "lock", "A", "a", new string('x', 64), "g.seg", "000001.seg"];
        var names = ids.Select(StreamName.ForGroup).Append(StreamName.Members).Append(StreamName.Root).Order().ToList();
        await using (var ledger = OpenLedger())
        {
            foreach (var name in Enumerable.Reverse(names))
            {
                Assert.True(await ledger.TryCreateAsync(new(name, 2), Token));
                Assert.True(await ledger.TryCreateAsync(new(name, 1), Token));
                Assert.True(await ledger.TryAppendAsync(new(name, 2), 0, System.Text.Encoding.ASCII.GetBytes(name.ToString()), Token));
            }
        }

        await using var again = OpenLedger();
        Assert.Equal(names.SelectMany(name => new SegmentName[] { new(name, 1), new(name, 2) }), await again.ListAsync(null, Token).ToListAsync(Token));
        foreach (var name in names)
        {
            Assert.Equal([new(name, 1), new(name, 2)], await again.ListAsync(name, Token).ToListAsync(Token));
            Assert.Equal(name.ToString(), System.Text.Encoding.ASCII.GetString((await again.ReadAsync(new(name, 2), 0, Token))!.Value.Span));
        }

        Assert.Empty(await again.ListAsync(StreamName.ForGroup("none"), Token).ToListAsync(Token));
    }

    [Fact]
    public async Task A_cut_is_compare_and_set_where_tails_may_be_torn_and_refused_elsewhere()
    {
        await using var ledger = OpenLedger();
        await ledger.TryCreateAsync(segment, Token);
        await ledger.TryAppendAsync(segment, 0, new byte[] { 1, 2, 3 }, Token);
        if (!ledger.TailMayBeTorn)
        {
            await Assert.ThrowsAsync<NotSupportedException>(async () => await ledger.TryCutAsync(segment, 3, 1, Token));
            return;
        }

        Assert.False(await ledger.TryCutAsync(segment, 2, 1, Token));
        Assert.True(await ledger.TryCutAsync(segment, 3, 1, Token));
        Assert.False(await ledger.TryCutAsync(segment, 3, 1, Token));
        Assert.True(await ledger.TryAppendAsync(segment, 1, new byte[] { 4 }, Token));
        Assert.Equal([1, 4], (await ledger.ReadAsync(segment, 0, Token))!.Value.ToArray());
    }

    [Fact]
    public async Task A_cancelled_call_changes_nothing()
    {
        await using var ledger = OpenLedger();
        await ledger.TryCreateAsync(segment, Token);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await ledger.TryAppendAsync(segment, 0, new byte[] { 1 }, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await ledger.TryCreateAsync(segment.Next, cancelled));
        Assert.Equal([segment], await ledger.ListAsync(null, Token).ToListAsync(Token));
        Assert.Equal(0, (await ledger.ReadAsync(segment, 0, Token))?.Length);
    }

    [Fact]
    public async Task A_probe_of_a_healthy_ledger_succeeds_and_leaves_no_segment()
    {
        await using var ledger = OpenLedger();
        await ledger.ProbeAsync(Token);
        await ledger.ProbeAsync(Token);
        Assert.Empty(await ledger.ListAsync(null, Token).ToListAsync(Token));
    }
}
