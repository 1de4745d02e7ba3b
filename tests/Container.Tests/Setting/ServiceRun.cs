using System.Net;
using System.Net.Sockets;
using EncryptionService.EndToEnd.Setting;

namespace EncryptionService.Container.Tests.Setting;

/// <summary>The service's container beside a core, ready and enrolled.</summary>
internal sealed class ServiceRun : IAsyncDisposable
{
    private static readonly HttpClient http = new();

    private readonly Uri probes;

    private ServiceRun(FakeCore core, ContainerRun container, int grpc, int probe)
    {
        Container = container;
        Caller = CoreCaller.Of(core, Address = new Uri($"http://127.0.0.1:{grpc}"));
        probes = new Uri($"http://127.0.0.1:{probe}");
    }

    public ContainerRun Container { get; }

    public Uri Address { get; }

    public CoreCaller Caller { get; }

    /// <summary>Starts it on files in a volume.</summary>
    public static Task<ServiceRun> StartAsync(FakeCore core, Volume volume, CancellationToken cancellationToken) => StartAsync(
        core, new Dictionary<string, string> { ["Keys__Path"] = "/data/keys", ["Ledger__Path"] = "/data/ledger" }, [volume.AtData], cancellationToken);

    /// <summary>Starts it where keys and ledger are what these settings say.</summary>
    public static async Task<ServiceRun> StartAsync(FakeCore core, IReadOnlyDictionary<string, string> places, string[] mounts, CancellationToken cancellationToken)
    {
        var (grpc, probe) = FreePorts();
        var settings = new Dictionary<string, string>(places)
        {
            ["Service__OrganizationId"] = "o1",
            ["Service__EnrolmentToken"] = "token-1",
            ["Service__GrpcPort"] = $"{grpc}",
            ["Service__ProbePort"] = $"{probe}",
            ["Service__LoopbackOnly"] = "true",
            ["Core__Url"] = core.Url.ToString(),
            ["Core__Id"] = FakeCore.Id,
            ["Core__CallKey"] = core.CallKeyJwk,
        };
        var container = ContainerRun.Start(Images.Service, settings, mounts);
        try
        {
            await container.SaysAsync(510, cancellationToken);
            return new ServiceRun(core, container, grpc, probe);
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }
    }

    /// <summary>The answer of a probe.</summary>
    public async Task<(HttpStatusCode Status, string Body)> ProbeAsync(string name, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri(probes, $"/healthz/{name}"), cancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        Caller.Dispose();
        await Container.DisposeAsync();
    }

    /// <summary>Two loopback ports that nobody uses: containers share the host's network.</summary>
    internal static (int First, int Second) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
