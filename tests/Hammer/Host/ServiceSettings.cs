using System.Globalization;
using EncryptionService.Formats;
using EncryptionService.Hammer.Azure;

namespace EncryptionService.Hammer.Host;

/// <summary>The service's configuration for one run: ports and data stay the same through all of its lives. One set for each replica.</summary>
internal sealed class ServiceSettings
{
    private readonly Dictionary<string, string> common;
    private readonly IReadOnlyList<int> probes;
    private readonly DirectoryInfo ledger;
    private readonly AzurePlace? azure;

    public ServiceSettings(
        DirectoryInfo folder, OrganizationId organization, string enrolmentToken, Uri core, string coreId, string callKey, AzurePlace? azure = null, int replicas = 1)
    {
        this.azure = azure;
        var ports = FreePorts.Take((2 * replicas) + 1);
        Doors = [.. ports.Take(replicas).Select(At)];
        probes = [.. ports.Skip(replicas).Take(replicas)];
        Address = replicas > 1 ? At(ports[^1]) : Doors[0];
        ledger = new DirectoryInfo(Path.Combine(folder.FullName, "ledger"));
        common = new Dictionary<string, string>
        {
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Service__OrganizationId"] = organization.Value,
            ["Service__EnrolmentToken"] = enrolmentToken,
            ["Service__LoopbackOnly"] = "true",
            ["Service__PublicAddress"] = Address.GetLeftPart(UriPartial.Authority),
            ["Service__ResealBudgetPerHour"] = "100000000",
            ["Core__Url"] = core.ToString(),
            ["Core__Id"] = coreId,
            ["Core__CallKey"] = callKey,
        };
        foreach (var (name, value) in azure?.Environment ?? new Dictionary<string, string> { ["Keys__Path"] = Path.Combine(folder.FullName, "keys"), ["Ledger__Path"] = ledger.FullName })
        {
            common[name] = value;
        }
    }

    /// <summary>Where the core finds the service: the ingress, or the only replica.</summary>
    public Uri Address { get; }

    /// <summary>The replicas' own addresses.</summary>
    public IReadOnlyList<Uri> Doors { get; }

    /// <summary>What the ledger consists of.</summary>
    public IReadOnlyList<FileInfo> LedgerFiles => azure?.Files ?? ledger.GetFiles("*", SearchOption.AllDirectories);

    /// <summary>What the verbs need.</summary>
    public IReadOnlyDictionary<string, string> Environment => Of(0);

    /// <summary>The replicas as programs to keep alive.</summary>
    public IEnumerable<HostedProgram> Of(FileInfo program) => Doors.Select((_, index) => new HostedProgram(
        index == 0 ? "service" : string.Create(CultureInfo.InvariantCulture, $"service {index + 1}"), program, program.Directory!, Of(index), new Uri(At(probes[index]), "/healthz/ready")));

    private static Uri At(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));

    private Dictionary<string, string> Of(int replica) => new(common)
    {
        ["Service__GrpcPort"] = Doors[replica].Port.ToString(CultureInfo.InvariantCulture),
        ["Service__ProbePort"] = probes[replica].ToString(CultureInfo.InvariantCulture),
    };
}
