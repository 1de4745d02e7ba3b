namespace EncryptionService.Provisioning.Tests.Setting;

/// <summary>A folder of one test; gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = System.IO.Directory.CreateTempSubdirectory("core-").FullName;

    public string Of(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose()
    {
        try
        {
            System.IO.Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The test deleted it itself.
        }
    }
}
