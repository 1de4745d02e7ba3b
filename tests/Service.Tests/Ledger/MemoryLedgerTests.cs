using EncryptionService.Compliance;
using EncryptionService.Service.Ledger;

namespace EncryptionService.Service.Tests.Ledger;

/// <summary>The fake that other tests stand on keeps the same promises as the real ones.</summary>
public sealed class MemoryLedgerTests : LedgerCompliance
{
    private readonly MemoryLedger.Place place = new();

    protected override ILedger OpenLedger() => new MemoryLedger(place);
}

/// <summary>Streams where nothing is ever torn, as over append blobs.</summary>
public sealed class MemoryLedgerStreamTests : LedgerStreamCompliance
{
    private readonly MemoryLedger.Place place = new();

    protected override ILedger OpenLedger() => new MemoryLedger(place);
}
