using EncryptionService.Compliance;
using EncryptionService.Service.Ledger;
using Xunit;

namespace EncryptionService.Service.Tests.Ledger.Blobs;

/// <summary>A test with a container of its own.</summary>
public abstract class BlobTest(AzuriteFixture fixture) : IAsyncLifetime
{
    private BlobPlace? place;

    internal static SegmentName Segment { get; } = new(LedgerWords.Stream, 1);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    internal BlobPlace Place => place!;

    internal StorageWire Wire => Place.Wire;

    public async ValueTask InitializeAsync() => place = await BlobPlace.NewAsync(fixture, Token);

    public ValueTask DisposeAsync()
    {
        place?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A ledger on the test's wire, with some words in it.</summary>
    internal async Task<(ILedger Ledger, LedgerWords Words)> WordsAsync(LedgerKey key, params string[] words)
    {
        var ledger = Place.Open();
        var list = await LedgerWords.OpenAsync(ledger, key, LedgerWords.SmallSegments(3), fromSnapshot: false, Token);
        foreach (var word in words)
        {
            await list.AddAsync(word, Token);
        }

        return (ledger, list);
    }

    /// <summary>What somebody else reads, from the first frame on.</summary>
    internal async Task<IReadOnlyList<string>> ReadAsync(LedgerKey key)
    {
        using var wire = Place.NewWire();
        await using var ledger = Place.Open(wire);
        return (await LedgerWords.OpenAsync(ledger, key, new LedgerOptions(), fromSnapshot: false, Token)).Words;
    }
}
