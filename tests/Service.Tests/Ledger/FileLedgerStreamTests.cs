using EncryptionService.Compliance;
using EncryptionService.Service.Ledger;

namespace EncryptionService.Service.Tests.Ledger;

public sealed class FileLedgerStreamTests : LedgerStreamCompliance, IDisposable
{
    private readonly LedgerFolder folder = new();

    public void Dispose() => folder.Dispose();

    protected override ILedger OpenLedger() => folder.Open();
}
