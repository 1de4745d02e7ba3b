using EncryptionService.Contracts.Membership;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EncryptionService.Benchmarks.World;

/// <summary>The service as a process of its own, or in a container, as it is shipped; called over gRPC.</summary>
internal sealed class OuterService : IAsyncDisposable
{
    private const string Method = "/encryptionservice.membership.v1.GroupEncryption/Apply";

    private readonly Scene scene;
    private readonly IMeasuredHost host;
    private readonly GrpcChannel channel;
    private readonly GroupEncryption.GroupEncryptionClient client;

    private OuterService(Scene scene, IMeasuredHost host, int port)
    {
        this.scene = scene;
        this.host = host;
        channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}", new GrpcChannelOptions { MaxReceiveMessageSize = 64 * 1024 * 1024 });
        client = new GroupEncryption.GroupEncryptionClient(channel);
    }

    /// <inheritdoc cref="IMeasuredHost.ReadyAfter"/>
    public TimeSpan ReadyAfter => host.ReadyAfter;

    /// <inheritdoc cref="IMeasuredHost.CoreTime"/>
    public TimeSpan CoreTime => host.CoreTime;

    /// <summary>Starts it, and returns once it is ready.</summary>
    public static async Task<OuterService> StartAsync(FileInfo program, Scene scene, CancellationToken cancellationToken)
    {
        var (grpc, probe) = HostProcess.FreePorts();
        return new OuterService(scene, await HostProcess.StartAsync(program, scene.Settings(grpc, probe), scene.LogPath, probe, cancellationToken), grpc);
    }

    /// <summary>Starts it in a container on a volume of the engine, and returns once it is ready.</summary>
    public static async Task<(OuterService Service, HostContainer Container)> StartAsync(string image, string volume, Scene scene, CancellationToken cancellationToken)
    {
        var (grpc, probe) = HostProcess.FreePorts();
        string[] settings = [.. scene.Settings(grpc, probe), "--Ledger:Path=/data/ledger", "--Keys:Path=/data/keys"]; // the last of two counts
        var container = await HostContainer.StartAsync(image, volume, settings, probe, cancellationToken);
        return (new OuterService(scene, container, grpc), container);
    }

    /// <summary>One call; every receipt must say that it was applied.</summary>
    public async Task ApplyAsync(IEnumerable<Event> events, CancellationToken cancellationToken)
    {
        var request = new ApplyRequest();
        request.Events.AddRange(events);
        var token = scene.Token(await scene.Receiver.Enrolled, Method, request.ToByteArray());
        var response = await client.ApplyAsync(request, new Metadata { { "authorization", "Bearer " + token } }, cancellationToken: cancellationToken);
        foreach (var receipt in response.Receipts)
        {
            if (receipt.Outcome != Outcome.Applied || receipt.Members.Any(member => member.Outcome == MemberOutcome.Refused))
            {
                throw new InvalidDataException($"{receipt.GroupId}: {receipt.Outcome} {receipt.Reason}");
            }
        }
    }

    /// <inheritdoc cref="IMeasuredHost.Memory"/>
    public double Memory(string name) => host.Memory(name);

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await host.DisposeAsync();
    }
}
