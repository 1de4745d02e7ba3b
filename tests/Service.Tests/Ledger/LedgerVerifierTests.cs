using System.Text;
using EncryptionService.Compliance;
using EncryptionService.Service.Ledger;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace EncryptionService.Service.Tests.Ledger;

public sealed class LedgerVerifierTests : IDisposable
{
    private readonly LedgerFolder folder = new();
    private readonly LedgerKey key = LedgerWords.NewKey();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        key.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_verification_counts_and_shows_every_payload_once_in_order()
    {
        await folder.WriteAsync(key, 2, ["a", "b", "c"], Token);
        var seen = new List<(FrameKind, long, string)>();
        await using var ledger = folder.Open();
        var report = await Verifier(ledger).VerifyAsync(
            key,
            keepTornTails: false,
            stream => frame =>
            {
                Assert.Equal(LedgerWords.Stream, stream);
                seen.Add((frame.Kind, frame.Position, Encoding.UTF8.GetString(frame.Payload.Span)));
                return null;
            },
            Token);
        Assert.Equal(
            [(FrameKind.Record, 0, "a"), (FrameKind.Record, 1, "b"), (FrameKind.Snapshot, 3, "a b"), (FrameKind.Record, 4, "c")], seen);
        Assert.Equal((1, 2, 5L, ledger.SizeInBytes), (report.Streams, report.Segments, report.Frames, report.Bytes));
        Assert.Empty(report.Faults);
    }

    [Fact]
    public async Task The_first_fault_of_every_stream_is_reported_and_names_its_place()
    {
        await using var ledger = folder.Open();
        foreach (var id in new[] { "x", "y", "z" })
        {
            var stream = await OpenAsync(ledger, StreamName.ForGroup(id), key);
            await stream.ReadNewAsync(Token);
            for (var number = 0; number < 4; number++)
            {
                Assert.True(await stream.TryAppendAsync(new[] { (byte)number }, Token));
            }
        }

        var report = await Verifier(ledger).VerifyAsync(
            key, true, stream => frame => stream.GroupId != "y" && frame.Payload.Span[0] >= 2 ? "a payload that does not fit" : null, Token);
        Assert.Equal(["group/x", "group/z"], report.Faults.Select(fault => fault.Segment.Stream.ToString()));
        Assert.Equal(
            "group/x, segment 1, position 2, byte offset 178: a payload that does not fit", report.Faults[0].ToString());
    }

    [Fact]
    public async Task A_payload_that_is_wrong_before_the_damage_comes_first()
    {
        await folder.WriteAsync(key, 9, ["a", "b", "c"], Token);
        var bytes = await File.ReadAllBytesAsync(folder.Segment(1), Token);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(folder.Segment(1), bytes, Token);
        await using var ledger = folder.Open();
        Assert.Equal(2, Assert.Single((await Verifier(ledger).VerifyAsync(key, true, null, Token)).Faults).Position);
        Assert.Equal(1, Assert.Single((await Verifier(ledger).VerifyAsync(
            key, true, _ => frame => frame.Position == 1 ? "wrong" : null, Token)).Faults).Position);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_torn_tail_is_cut_or_kept_as_asked_and_reported_either_way(bool keep)
    {
        await folder.WriteAsync(key, 9, ["a", "b"], Token);
        await File.AppendAllBytesAsync(folder.Segment(1), "EECL"u8.ToArray(), Token);
        var length = new FileInfo(folder.Segment(1)).Length;
        await using var ledger = folder.Open();
        var report = await Verifier(ledger).VerifyAsync(key, keep, null, Token);
        Assert.Equal([LedgerWords.Stream], report.TornTails);
        Assert.Empty(report.Faults);
        Assert.Equal(keep ? length : length - 4, new FileInfo(folder.Segment(1)).Length);
    }

    [Fact]
    public async Task A_stream_read_before_its_key_is_known_is_checked_when_the_key_arrives()
    {
        await folder.WriteAsync(key, 2, ["a", "b", "c"], Token);
        await using var ledger = folder.Open();
        var stream = await OpenAsync(ledger, LedgerWords.Stream, null);
        Assert.Equal(4, (await stream.ReadNewAsync(Token)).Count);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.TryAppendAsync(new byte[1], Token));
        stream.UseKey(key);
        Assert.True(await stream.TryAppendAsync("d"u8.ToArray(), Token));

        using var stranger = LedgerWords.NewKey("stranger");
        var other = await OpenAsync(ledger, LedgerWords.Stream, null);
        await other.ReadNewAsync(Token);
        Assert.Equal(0, Assert.Throws<LedgerDamagedException>(() => other.UseKey(stranger)).Fault.Position);
        await Assert.ThrowsAsync<LedgerDamagedException>(async () => await other.ReadNewAsync(Token));
    }

    [Fact]
    public async Task Nothing_is_appended_before_the_stream_was_read()
    {
        await using var ledger = folder.Open();
        var stream = await OpenAsync(ledger, StreamName.Root, key);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.TryAppendAsync(new byte[1], Token));
    }

    [Theory]
    [InlineData("Path", "")]
    [InlineData("ContainerUrl", "https://account.example/ledger")]
    [InlineData("SegmentBytes", "100")]
    [InlineData("SegmentFrames", "0")]
    [InlineData("OpenFiles", "0")]
    public void A_setting_out_of_range_is_named(string setting, string value)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Ledger:Path"] = "x", ["Ledger:" + setting] = value })
            .Build();
        using var services = new ServiceCollection().AddLogging().AddLedger(configuration).BuildServiceProvider();
        var refused = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<ILedger>());
        Assert.Contains(setting, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_house_opens_the_ledger_that_is_configured()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Ledger:Path"] = folder.Path }).Build();
        await using var services = new ServiceCollection().AddLogging().AddLedger(configuration).BuildServiceProvider();
        Assert.IsType<FileLedger>(services.GetRequiredService<ILedger>());
        var report = await services.GetRequiredService<LedgerVerifier>().VerifyAsync(key, false, null, Token);
        Assert.Equal(0, report.Streams);
    }

    private static LedgerVerifier Verifier(ILedger ledger) =>
        new(ledger, Options.Create(new LedgerOptions()), NullLogger<LedgerVerifier>.Instance);

    private static async Task<LedgerStream> OpenAsync(ILedger ledger, StreamName name, LedgerKey? key) =>
        await LedgerStream.OpenAsync(ledger, name, key, fromSnapshot: false, new LedgerOptions(), NullLogger.Instance, Token);
}
