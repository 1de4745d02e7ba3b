using System.Security.Cryptography;
using EncryptionService.Compliance;
using EncryptionService.Formats;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger;

namespace EncryptionService.Service.Tests.Rooms;

/// <summary>Everything that outlives a process of the service: ledger, key folder, settings, clock; and the core's and the operator's keys.</summary>
internal sealed class ServicePlace : IDisposable
{
    // Making RSA keys is slow, and which one it is does not matter to most tests.
    private static readonly Lazy<byte[]> wrappingKey = new(() =>
    {
        using var key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKey();
    });

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rooms-");

    public ServicePlace(string organization = "o1", bool withWrappingKey = true)
    {
        Organization = IdOf.Organization(organization);
        Settings = new()
        {
            ["Service:OrganizationId"] = organization,
            ["Service:EnrolmentToken"] = "a-token-for-one-start",
            ["Service:OperatorKeys"] = $"[{SigningJwk.Of(Operator).ToJson()}]",
            ["Keys:Path"] = KeyFolder,
            ["Ledger:Path"] = Path.Combine(folder.FullName, "ledger"),
            ["Core:Url"] = "http://localhost:9",
            ["Core:Id"] = "core-1",
            ["Core:CallKey"] = SigningJwk.Of(CoreKey).ToJson(),
        };
        if (withWrappingKey)
        {
            using var key = RSA.Create();
            key.ImportPkcs8PrivateKey(wrappingKey.Value, out _);
            KeyFile.EnsureFolder(KeyFolder);
            KeyFile.Create(Path.Combine(KeyFolder, "kek-000001.p8"), key);
        }
    }

    public OrganizationId Organization { get; }

    public string KeyFolder => Path.Combine(folder.FullName, "keys");

    public string LedgerFolder => Settings["Ledger:Path"]!;

    public Dictionary<string, string?> Settings { get; }

    /// <summary>Where the ledger is while <see cref="OnDisk"/> is false.</summary>
    public MemoryLedger.Place Memory { get; set; } = new();

    public bool OnDisk { get; init; }

    public FakeTime Time { get; } = new();

    public ECDsa CoreKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ECDsa Operator { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public RecordedDeliveries Deliveries { get; } = new();

    /// <summary>One more process's view of the ledger in memory.</summary>
    public ILedger OpenMemory() => new MemoryLedger(Memory);

    /// <summary>What the ledger in memory holds now, to go back to.</summary>
    public MemoryLedger.Place Backup()
    {
        var copy = new MemoryLedger.Place();
        foreach (var (name, bytes) in Memory.Segments)
        {
            copy.Segments.Add(name, [.. bytes]);
        }

        return copy;
    }

    public void Dispose()
    {
        CoreKey.Dispose();
        Operator.Dispose();
        folder.Delete(recursive: true);
    }
}
