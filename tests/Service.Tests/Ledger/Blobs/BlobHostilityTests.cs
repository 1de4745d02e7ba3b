using System.Text;
using Azure.Storage.Blobs.Specialized;
using EncryptionService.Compliance;
using EncryptionService.Service.Ledger;
using Xunit;

namespace EncryptionService.Service.Tests.Ledger.Blobs;

/// <summary>A container in which somebody else has been.</summary>
public sealed class BlobHostilityTests(AzuriteFixture fixture) : BlobTest(fixture)
{
    private const string First = "group/words,000001";

    [Fact]
    public async Task What_is_no_segment_is_left_alone()
    {
        foreach (var name in new[] { "probe", "notes.txt", "root", "root,1", "root,000000", "root,0000001", "root,-00001", "root,00000a", "rooty,000001", "group/,000001", "group/a b,000001", "group/a/b,000001" })
        {
            await Place.Container.UploadBlobAsync(name, BinaryData.FromString("x"), Token);
        }

        await using var ledger = Place.Open();
        Assert.Empty(await ledger.ListAsync(null, Token).ToListAsync(Token));
        Assert.Empty(await ledger.ListAsync(StreamName.Root, Token).ToListAsync(Token));
        Assert.Equal(0, ledger.SizeInBytes);
    }

    [Fact]
    public async Task A_blob_of_another_kind_under_a_segments_name_is_damage()
    {
        await Place.Container.UploadBlobAsync(First, BinaryData.FromString("x"), Token);
        await using var ledger = Place.Open();

        Assert.False(await ledger.TryCreateAsync(Segment, Token));
        await Assert.ThrowsAsync<LedgerDamagedException>(async () => await ledger.ReadAsync(Segment, 0, Token));
        await Assert.ThrowsAsync<LedgerDamagedException>(async () => await ledger.TryAppendAsync(Segment, 1, new byte[1], Token));
        Assert.Equal("x", (await Place.Container.GetBlobClient(First).DownloadContentAsync(Token)).Value.Content.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(-1)]
    public async Task A_segment_that_was_made_anew_with_less_in_it_is_damage(int keep)
    {
        using var key = LedgerWords.NewKey();
        var (ledger, words) = await WordsAsync(key, "a", "b");
        await using var _ = ledger;
        await ReplaceAsync(bytes => keep < 0 ? bytes[..^1] : bytes[..keep]);

        await Assert.ThrowsAsync<LedgerDamagedException>(() => words.RefreshAsync(Token));
        await Assert.ThrowsAsync<LedgerDamagedException>(async () => await ledger.ReadAsync(Segment, 0, Token));
    }

    [Fact]
    public async Task A_segment_that_was_made_anew_with_other_bytes_is_never_appended_to()
    {
        using var key = LedgerWords.NewKey();
        var (ledger, words) = await WordsAsync(key, "a");
        await using var _ = ledger;
        var length = (await ledger.ReadAsync(Segment, 0, Token))!.Value.Length;
        await ReplaceAsync(bytes => [.. bytes[..^1], (byte)(bytes[^1] ^ 0xff)]);

        Assert.False(await ledger.TryAppendAsync(Segment, length, new byte[1], Token));
        await Assert.ThrowsAsync<LedgerDamagedException>(() => words.RefreshAsync(Token));
        await Assert.ThrowsAsync<LedgerDamagedException>(() => words.AddAsync("b", Token));
    }

    [Fact]
    public async Task A_segment_that_only_got_other_properties_is_none_the_worse()
    {
        using var key = LedgerWords.NewKey();
        var (ledger, words) = await WordsAsync(key, "a");
        await using var _ = ledger;
        await Place.Container.GetAppendBlobClient(First).SetMetadataAsync(new Dictionary<string, string> { ["seen"] = "yes" }, cancellationToken: Token);

        await words.AddAsync("b", Token);
        Assert.Equal(["a", "b"], await ReadAsync(key));
    }

    [Fact]
    public async Task A_segment_that_is_gone_is_damage()
    {
        using var key = LedgerWords.NewKey();
        var (ledger, words) = await WordsAsync(key, "a", "b", "c", "d");
        await using var _ = ledger;
        await Place.Container.DeleteBlobAsync("group/words,000002", cancellationToken: Token);

        Assert.False(await ledger.TryAppendAsync(Segment.Next, 0, new byte[1], Token));
        await Assert.ThrowsAsync<LedgerDamagedException>(() => words.RefreshAsync(Token));
    }

    [Fact]
    public async Task Bytes_that_somebody_else_appended_are_fatal_and_stay()
    {
        using var key = LedgerWords.NewKey();
        var (ledger, words) = await WordsAsync(key, "a");
        await using var _ = ledger;
        using (var half = new MemoryStream(Encoding.ASCII.GetBytes("EECL")))
        {
            await Place.Container.GetAppendBlobClient(First).AppendBlockAsync(half, cancellationToken: Token);
        }

        await Assert.ThrowsAsync<LedgerDamagedException>(() => words.RefreshAsync(Token));
        var report = await LedgerFolder.VerifyAsync(ledger, key, Token);
        Assert.Equal("the frame is cut", Assert.Single(report.Faults).Reason);
        Assert.Empty(report.TornTails);
    }

    [Fact]
    public async Task A_whole_ledger_verifies_and_a_changed_byte_is_named()
    {
        using var key = LedgerWords.NewKey();
        var (ledger, _) = await WordsAsync(key, "a", "b", "c", "d");
        await using (ledger)
        {
            var good = await LedgerFolder.VerifyAsync(ledger, key, Token);
            Assert.Empty(good.Faults);
            Assert.Equal((1, 2, 6L, ledger.SizeInBytes), (good.Streams, good.Segments, good.Frames, good.Bytes));
        }

        await ReplaceAsync(bytes => [.. bytes[..60], (byte)(bytes[60] ^ 0xff), .. bytes[61..]]);
        await using var again = Place.Open();
        var fault = Assert.Single((await LedgerFolder.VerifyAsync(again, key, Token)).Faults);
        Assert.Equal((Segment, 0L, 0L), (fault.Segment, fault.Position, fault.Offset));
    }

    /// <summary>Makes the first segment anew, as somebody does who may write but not append a frame.</summary>
    private async Task ReplaceAsync(Func<byte[], byte[]> change)
    {
        var blob = Place.Container.GetAppendBlobClient(First);
        var bytes = change((await blob.DownloadContentAsync(Token)).Value.Content.ToArray());
        await blob.CreateAsync(new Azure.Storage.Blobs.Models.AppendBlobCreateOptions(), Token);
        if (bytes.Length > 0)
        {
            using var content = new MemoryStream(bytes);
            await blob.AppendBlockAsync(content, cancellationToken: Token);
        }
    }
}
