namespace EncryptionService.Chain.Tests.Setting;

/// <summary>A copy of a ledger, as it was when this was made.</summary>
internal sealed class LedgerBackup : IDisposable
{
    private readonly string ledger;
    private readonly DirectoryInfo copy = Directory.CreateTempSubdirectory("encryption-service-ledger-");

    public LedgerBackup(string ledger)
    {
        this.ledger = ledger;
        Copy(ledger, copy.FullName);
    }

    /// <summary>The ledger is what it was.</summary>
    public void Restore()
    {
        Directory.Delete(ledger, recursive: true);
        Copy(copy.FullName, ledger);
    }

    public void Dispose() => copy.Delete(recursive: true);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }

        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }
}
