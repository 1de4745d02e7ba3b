using EncryptionService.Compliance;
using EncryptionService.Service.Keys;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Tests.Keys;

/// <summary>The suite of all wrapping keys, over local files.</summary>
public sealed class LocalKeyEncryptionKeyTests : KeyEncryptionKeyCompliance, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keys-");

    public void Dispose() => folder.Delete(recursive: true);

    private protected override async ValueTask<IKeyEncryptionKey> OpenAsync()
    {
        var kek = Open();
        await kek.GetCurrentIdAsync(mayCreate: true, Token);
        return kek;
    }

    private protected override void Rotate() => Open().CreateVersion();

    private protected override void Remove(string id) => File.Delete(Path.Combine(folder.FullName, id["local:".Length..].Split('/')[0]));

    private LocalKeyEncryptionKey Open() => new(Options.Create(new KeyOptions { Path = folder.FullName }), NullLogger<LocalKeyEncryptionKey>.Instance);
}

/// <summary>The suite of all organization keys, over a local file.</summary>
public sealed class LocalOrganizationKeyTests : OrganizationKeyCompliance, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keys-");

    public void Dispose() => folder.Delete(recursive: true);

    private protected override ValueTask<IOrganizationKey> OpenAsync() => ValueTask.FromResult<IOrganizationKey>(
        new LocalOrganizationKey(Options.Create(new KeyOptions { Path = folder.FullName }), NullLogger<LocalOrganizationKey>.Instance));
}
