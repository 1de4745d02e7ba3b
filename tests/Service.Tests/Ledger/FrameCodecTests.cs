using System.Text;
using EncryptionService.Compliance;
using EncryptionService.Service.Ledger;
using Xunit;

namespace EncryptionService.Service.Tests.Ledger;

public sealed class FrameCodecTests
{
    /// <summary>Computed from docs/spec/ledger.md, section 1, by a program that shares nothing with this one.</summary>
    private const string Known =
        "4545434c01010000000000070000000000000102ababababababababababababababababababababababababababababababababfa4bb3af"
        + "7061796c6f6164"
        + "8ab94b03b634cafa51073d3f96dcf6273a139ec48b033a0f7ccf295a09181d23";

    private static readonly byte[] previousHash = [.. Enumerable.Repeat((byte)0xab, 32)];

    [Fact]
    public void A_frame_has_the_bytes_that_the_specification_says()
    {
        using var key = LedgerKey.Derive("org-1", [.. Enumerable.Range(0, 32).Select(number => (byte)number)]);
        var frame = FrameCodec.Encode(
            FrameKind.Record, 258, previousHash, "payload"u8, key, key.ContextOf(StreamName.ForGroup("g.1")));
        Assert.Equal(Known, Convert.ToHexStringLower(frame.Span));
    }

    [Fact]
    public void A_payload_may_be_empty_or_as_long_as_allowed_and_no_longer()
    {
        using var key = LedgerWords.NewKey();
        var context = key.ContextOf(StreamName.Root);
        foreach (var length in new[] { 0, FrameCodec.LongestPayload })
        {
            var frame = FrameCodec.Encode(FrameKind.Record, 0, new byte[32], new byte[length], key, context);
            Assert.Equal(FrameReading.Ok, FrameCodec.Read(frame.Span, 0, new byte[32], out _, out var read, out _));
            Assert.Equal(frame.Length, read);
        }

        Assert.Throws<ArgumentException>(() => FrameCodec.Encode(
            FrameKind.Record, 0, new byte[32], new byte[FrameCodec.LongestPayload + 1], key, context));
    }

    [Fact]
    public void A_header_that_is_there_in_part_is_torn_when_it_is_intact_and_damaged_when_it_is_not()
    {
        var bytes = Convert.FromHexString(Known);
        for (var length = 1; length < bytes.Length; length++)
        {
            var part = bytes[..length];
            Assert.Equal(FrameReading.Torn, FrameCodec.Read(part, 258, previousHash, out _, out _, out _));
            for (var bit = 0; bit < Math.Min(length, FrameCodec.HeaderSize) * 8; bit++)
            {
                // A kind or a length may be any that is allowed until its check is there.
                var unknowable = bit / 8 is 5 or (>= 8 and < 12) && length <= FrameCodec.HeaderSize - 4;
                part[bit / 8] ^= (byte)(1 << (bit % 8));
                if (!unknowable)
                {
                    Assert.Equal(FrameReading.Damaged, FrameCodec.Read(part, 258, previousHash, out _, out _, out var reason));
                    Assert.NotEmpty(reason);
                }

                part[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Theory]
    [InlineData("another organization")]
    [InlineData("another stream")]
    [InlineData("another key")]
    [InlineData("the same")]
    public void A_mac_binds_organization_stream_and_key(string what)
    {
        byte[] rootKey = [.. Enumerable.Range(what == "another key" ? 1 : 0, 32).Select(number => (byte)number)];
        using var key = LedgerKey.Derive(what == "another organization" ? "org-2" : "org-1", rootKey);
        using var mac = key.StartMac();
        var context = key.ContextOf(what == "another stream" ? StreamName.ForGroup("g.2") : StreamName.ForGroup("g.1"));
        Assert.Equal(what == "the same", FrameCodec.MacIsRight(Convert.FromHexString(Known), mac, context));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Root")]
    [InlineData("group")]
    [InlineData("group/")]
    [InlineData("group/a/b")]
    [InlineData("group/a b")]
    [InlineData("group/\u00e9")]
    [InlineData(null)]
    public void What_names_no_stream_is_refused(string? text) => Assert.False(StreamName.TryParse(text, out _));

    [Fact]
    public void A_group_id_has_at_most_64_characters()
    {
        Assert.True(StreamName.TryParse("group/" + new string('a', 64), out var name));
        Assert.Equal(StreamName.ForGroup(new string('a', 64)), name);
        Assert.False(StreamName.TryParse("group/" + new string('a', 65), out _));
        Assert.Throws<ArgumentException>(() => StreamName.ForGroup(new string('a', 65)));
    }

    [Fact]
    public void A_key_is_silent_and_gone_after_disposal()
    {
        var key = new LedgerKey("org", Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef"));
        Assert.Equal("LedgerKey", key.ToString());
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Mac([], new byte[32]));
        Assert.Throws<ObjectDisposedException>(() => key.StartMac());
    }
}
