using EncryptionService.Compliance;
using EncryptionService.Service.Ledger;
using Xunit;

namespace EncryptionService.Service.Tests.Ledger.Blobs;

/// <summary>The promises of every ledger, kept over Azurite.</summary>
public sealed class BlobLedgerTests(AzuriteFixture fixture) : LedgerCompliance, IAsyncLifetime
{
    private BlobPlace? place;

    public async ValueTask InitializeAsync() => place = await BlobPlace.NewAsync(fixture, Token);

    public ValueTask DisposeAsync()
    {
        place?.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override ILedger OpenLedger() => place!.Open();
}

/// <summary>Streams over Azurite.</summary>
public sealed class BlobLedgerStreamTests(AzuriteFixture fixture) : LedgerStreamCompliance, IAsyncLifetime
{
    private BlobPlace? place;

    public async ValueTask InitializeAsync() => place = await BlobPlace.NewAsync(fixture, Token);

    public ValueTask DisposeAsync()
    {
        place?.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override ILedger OpenLedger() => place!.Open();
}
