using System.Security.Cryptography;
using EncryptionService.Compliance;
using EncryptionService.Service.Ledger;
using Xunit;

namespace EncryptionService.Service.Tests.Ledger;

/// <summary>Frames with a right MAC where the rules allow none: what a faulty writer could leave.</summary>
public sealed class ForgedFrameTests : IDisposable
{
    private readonly MemoryLedger.Place place = new();
    private readonly LedgerKey key = LedgerWords.NewKey();
    private byte[] previous = new byte[FrameCodec.HashSize];
    private long position;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => key.Dispose();

    [Theory]
    [InlineData(FrameKind.Snapshot, 1, "", "a snapshot stands where none may be")]
    [InlineData(FrameKind.Terminal, 1, "00000003", "the terminal frame does not name the next segment")]
    [InlineData(FrameKind.Terminal, 1, "0000000002", "the terminal frame does not name the next segment")]
    [InlineData(FrameKind.Terminal, 1, "", "the terminal frame does not name the next segment")]
    [InlineData(FrameKind.Record, 2, "00", "the segment does not open with a snapshot")]
    [InlineData(FrameKind.Terminal, 2, "00000003", "the segment does not open with a snapshot")]
    internal async Task A_frame_of_a_kind_that_may_not_stand_here_is_damage(FrameKind kind, int segment, string payload, string reason)
    {
        Append(1, FrameKind.Record, [1]);
        if (segment == 2)
        {
            Append(1, FrameKind.Terminal, [0, 0, 0, 2]);
        }

        Append(segment, kind, Convert.FromHexString(payload));
        await using var ledger = new MemoryLedger(place);
        var fault = Assert.Single((await LedgerFolder.VerifyAsync(ledger, key, Token)).Faults);
        Assert.Equal((segment, position - 1, reason), (fault.Segment.Number, fault.Position, fault.Reason));
        if (segment == 2)
        {
            await Assert.ThrowsAsync<LedgerDamagedException>(() => LedgerWords.OpenAsync(ledger, key, new LedgerOptions(), true, Token));
        }
    }

    [Fact]
    public async Task A_torn_tail_is_damage_where_nothing_may_be_torn()
    {
        Append(1, FrameKind.Record, [1]);
        place.Segments[(LedgerWords.Stream, 1)] = place.Segments[(LedgerWords.Stream, 1)][..^1];
        await using var ledger = new MemoryLedger(place);
        Assert.Equal("the frame is cut", Assert.Single((await LedgerFolder.VerifyAsync(ledger, key, Token)).Faults).Reason);
    }

    [Fact]
    public async Task Frames_read_before_the_medium_failed_are_handed_out_by_the_next_read()
    {
        Append(1, FrameKind.Record, "a"u8);
        Append(1, FrameKind.Terminal, [0, 0, 0, 2]);
        Append(2, FrameKind.Snapshot, "a"u8);
        Append(2, FrameKind.Record, "b"u8);
        await using var inner = new MemoryLedger(place);
        await using var ledger = new FaultyLedger(inner);
        var stream = await LedgerStream.OpenAsync(
            ledger, LedgerWords.Stream, key, false, new LedgerOptions(), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, Token);
        ledger.FailRead(2);
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await stream.ReadNewAsync(Token));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.TryAppendAsync("c"u8.ToArray(), Token));
        Assert.Equal([0, 2, 3], (await stream.ReadNewAsync(Token)).Select(frame => frame.Position));
        Assert.True(await stream.TryAppendAsync("c"u8.ToArray(), Token));
    }

    private void Append(int segment, FrameKind kind, ReadOnlySpan<byte> payload)
    {
        var frame = FrameCodec.Encode(kind, position++, previous, payload, key, key.ContextOf(LedgerWords.Stream));
        previous = SHA256.HashData(frame.Span);
        var name = (LedgerWords.Stream, segment);
        place.Segments[name] = [.. place.Segments.GetValueOrDefault(name) ?? [], .. frame.Span];
    }
}
