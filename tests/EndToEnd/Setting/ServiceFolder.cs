namespace EncryptionService.EndToEnd.Setting;

/// <summary>A folder of its own for each service: ledger and keys. The wrapping key is made once and copied, for it takes a while.</summary>
internal sealed class ServiceFolder : IDisposable
{
    public ServiceFolder() => Directory.CreateDirectory(Root);

    public string Root { get; } = Path.Combine(Path.GetTempPath(), $"eec-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}");

    public string Ledger => Path.Combine(Root, "ledger");

    public string Keys => Path.Combine(Root, "keys");

    /// <summary>The container of a ledger in append blobs; null: the ledger is in <see cref="Ledger"/>.</summary>
    public Uri? Container { get; init; }

    /// <summary>What a process of the service finds in its environment.</summary>
    public Dictionary<string, string> Environment { get; init; } = [];

    /// <summary>The settings of a service that belongs to a core.</summary>
    public Dictionary<string, string> Settings(FakeCore core) => new(StringComparer.Ordinal)
    {
        ["Service:OrganizationId"] = "o1",
        ["Service:EnrolmentToken"] = "token-1",
        ["Service:GrpcPort"] = "0",
        ["Service:ProbePort"] = "0",
        ["Service:LoopbackOnly"] = "true",
        ["Keys:Path"] = Keys,
        [Container is null ? "Ledger:Path" : "Ledger:ContainerUrl"] = Container?.ToString() ?? Ledger,
        ["Core:Url"] = core.Url.ToString(),
        ["Core:Id"] = FakeCore.Id,
        ["Core:CallKey"] = core.CallKeyJwk,
    };

    public static string[] Arguments(IReadOnlyDictionary<string, string> settings) => [.. settings.Select(setting => $"--{setting.Key}={setting.Value}")];

    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(folder.Replace(from, to, StringComparison.Ordinal));
        }

        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is not ("lock" or "probe")))
        {
            File.Copy(file, file.Replace(from, to, StringComparison.Ordinal), overwrite: true);
        }
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
