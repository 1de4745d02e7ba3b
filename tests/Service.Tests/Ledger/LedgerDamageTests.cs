using EncryptionService.Compliance;
using EncryptionService.Service.Ledger;
using Xunit;

namespace EncryptionService.Service.Tests.Ledger;

/// <summary>Every row of docs/spec/ledger.md, section 3, for files.</summary>
public sealed class LedgerDamageTests : IDisposable
{
    private const int FramesPerSegment = 2;
    private static readonly string[] written = ["a", "b", "c", "d", "e"];

    private readonly LedgerFolder folder = new();
    private readonly LedgerKey key = LedgerWords.NewKey();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        key.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_is_always_reported_and_never_cut()
    {
        await WriteAsync();
        await using var ledger = folder.Open();
        for (var number = 1; number <= 3; number++)
        {
            var path = folder.Segment(number);
            var intact = await File.ReadAllBytesAsync(path, Token);
            using var file = File.OpenHandle(path, access: FileAccess.Write, share: FileShare.ReadWrite);
            for (var bit = 0; bit < intact.Length * 8; bit++)
            {
                byte[] flipped = [(byte)(intact[bit / 8] ^ (1 << (bit % 8)))];
                RandomAccess.Write(file, flipped, bit / 8);
                var fault = Assert.Single((await LedgerFolder.VerifyAsync(ledger, key, Token)).Faults);
                Assert.Equal(new SegmentName(LedgerWords.Stream, number), fault.Segment);
                Assert.InRange(bit / 8, fault.Offset, fault.Offset + 200);
                if (number == 3)
                {
                    await Assert.ThrowsAsync<LedgerDamagedException>(() => OpenAsync(ledger, fromSnapshot: true));
                }

                RandomAccess.Write(file, intact.AsSpan(bit / 8, 1), bit / 8);
            }

            Assert.Equal(intact.Length, RandomAccess.GetLength(file));
        }

        Assert.Empty((await LedgerFolder.VerifyAsync(ledger, key, Token)).Faults);
    }

    [Fact]
    public async Task Without_the_key_a_changed_frame_is_betrayed_by_the_next_one()
    {
        await WriteAsync();
        await FlipAsync(1, FrameCodec.HeaderSize);
        var fault = Assert.Single((await folder.VerifyAsync(null, Token)).Faults);
        Assert.Equal(1, fault.Position);
        Assert.Equal(FrameCodec.Overhead + 1, fault.Offset);
    }

    [Fact]
    public async Task A_last_segment_cut_at_any_byte_loses_the_cut_frame_and_nothing_else()
    {
        await WriteAsync();
        var intact = await File.ReadAllBytesAsync(folder.Segment(3), Token);
        int[] ends = [0, FrameCodec.Overhead + "a b c d".Length, intact.Length];
        for (var length = 0; length <= intact.Length; length++)
        {
            await File.WriteAllBytesAsync(folder.Segment(3), intact[..length], Token);
            var kept = ends.Last(end => end <= length);
            Assert.Equal(length == kept ? 0 : 1, (await folder.VerifyAsync(key, Token)).TornTails.Count);

            await using var ledger = folder.Open();
            var words = await OpenAsync(ledger, fromSnapshot: length % 2 == 0);
            Assert.Equal(kept == intact.Length ? written : written[..4], words.Words);
            Assert.Equal(length != kept, words.TailWasTorn);
            Assert.Equal(kept, new FileInfo(folder.Segment(3)).Length);
            await words.AddAsync("f", Token);
            Assert.Equal(words.Words, (await OpenAsync(ledger, fromSnapshot: false)).Words);
        }
    }

    [Fact]
    public async Task A_segment_that_is_not_the_last_may_not_be_cut_anywhere()
    {
        await WriteAsync();
        foreach (var number in new[] { 1, 2 })
        {
            var intact = await File.ReadAllBytesAsync(folder.Segment(number), Token);
            for (var length = 0; length < intact.Length; length++)
            {
                await File.WriteAllBytesAsync(folder.Segment(number), intact[..length], Token);
                Assert.Equal(number, Assert.Single((await folder.VerifyAsync(key, Token)).Faults).Segment.Number);
                await using var ledger = folder.Open();
                await Assert.ThrowsAsync<LedgerDamagedException>(() => OpenAsync(ledger, fromSnapshot: false));
                Assert.Equal(length, new FileInfo(folder.Segment(number)).Length);
            }

            await File.WriteAllBytesAsync(folder.Segment(number), intact, Token);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_missing_segment_is_damage_and_is_named(int number)
    {
        await WriteAsync();
        File.Delete(folder.Segment(number));
        var fault = Assert.Single((await folder.VerifyAsync(key, Token)).Faults);
        Assert.Equal(new SegmentName(LedgerWords.Stream, number), fault.Segment);
        Assert.Contains("missing", fault.Reason, StringComparison.Ordinal);
        await using var ledger = folder.Open();
        await Assert.ThrowsAsync<LedgerDamagedException>(() => OpenAsync(ledger, fromSnapshot: true));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task Bytes_after_a_terminal_frame_are_damage(int count)
    {
        await WriteAsync();
        await File.AppendAllBytesAsync(folder.Segment(2), (await File.ReadAllBytesAsync(folder.Segment(3), Token))[..count], Token);
        var fault = Assert.Single((await folder.VerifyAsync(key, Token)).Faults);
        Assert.Equal("bytes follow a terminal frame", fault.Reason);
        Assert.Equal(new FileInfo(folder.Segment(2)).Length - count, fault.Offset);
    }

    [Fact]
    public async Task An_empty_segment_may_follow_an_open_one_and_only_one()
    {
        await WriteAsync();
        await File.WriteAllBytesAsync(folder.Segment(4), [], Token);
        Assert.Empty((await folder.VerifyAsync(key, Token)).Faults);
        await File.WriteAllBytesAsync(folder.Segment(5), [], Token);
        Assert.Single((await folder.VerifyAsync(key, Token)).Faults);

        // Nor is anything cut while the segments themselves are in disorder.
        await File.AppendAllBytesAsync(folder.Segment(3), "EECL"u8.ToArray(), Token);
        var length = new FileInfo(folder.Segment(3)).Length;
        await using var ledger = folder.Open();
        await Assert.ThrowsAsync<LedgerDamagedException>(() => OpenAsync(ledger, fromSnapshot: false));
        Assert.Equal(length, new FileInfo(folder.Segment(3)).Length);
    }

    [Fact]
    public async Task A_frame_elsewhere_than_where_it_was_written_is_damage()
    {
        await WriteAsync();
        var path = Path.Combine(folder.Path, "group-other");
        Directory.CreateDirectory(path);
        var bytes = await File.ReadAllBytesAsync(folder.Segment(1), Token);
        await File.WriteAllBytesAsync(Path.Combine(path, "000001.seg"), bytes[..(FrameCodec.Overhead + 1)], Token);
        var fault = Assert.Single((await folder.VerifyAsync(key, Token)).Faults);
        Assert.Equal((StreamName.ForGroup("other"), "the MAC is wrong"), (fault.Segment.Stream, fault.Reason));
    }

    [Fact]
    public async Task A_ledger_of_another_organization_or_key_is_damage_from_the_first_frame()
    {
        await WriteAsync();
        using var stranger = LedgerWords.NewKey("stranger");
        Assert.Equal(0, Assert.Single((await folder.VerifyAsync(stranger, Token)).Faults).Position);
    }

    [Fact]
    public async Task Whole_frames_lost_at_the_end_cannot_be_seen_here()
    {
        await WriteAsync();
        await File.WriteAllBytesAsync(folder.Segment(3), (await File.ReadAllBytesAsync(folder.Segment(3), Token))[..(FrameCodec.Overhead + 7)], Token);
        Assert.Empty((await folder.VerifyAsync(key, Token)).Faults);
    }

    [Fact]
    public async Task Damage_is_repeated_by_every_later_call()
    {
        await WriteAsync();
        await using var ledger = folder.Open();
        var stream = await LedgerStream.OpenAsync(
            ledger, LedgerWords.Stream, key, false, new LedgerOptions(), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, Token);
        await FlipAsync(2, FrameCodec.HeaderSize);
        var first = await Assert.ThrowsAsync<LedgerDamagedException>(async () => await stream.ReadNewAsync(Token));
        await FlipAsync(2, FrameCodec.HeaderSize);
        var second = await Assert.ThrowsAsync<LedgerDamagedException>(async () => await stream.ReadNewAsync(Token));
        Assert.Equal(first.Fault, second.Fault);
        await Assert.ThrowsAsync<LedgerDamagedException>(async () => await stream.TryAppendAsync(new byte[1], Token));
    }

    private Task WriteAsync() => folder.WriteAsync(key, FramesPerSegment, written, Token);

    private Task<LedgerWords> OpenAsync(ILedger ledger, bool fromSnapshot) =>
        LedgerWords.OpenAsync(ledger, key, new LedgerOptions(), fromSnapshot, Token);

    private async Task FlipAsync(int segment, int offset)
    {
        var bytes = await File.ReadAllBytesAsync(folder.Segment(segment), Token);
        bytes[offset] ^= 1;
        await File.WriteAllBytesAsync(folder.Segment(segment), bytes, Token);
    }
}
