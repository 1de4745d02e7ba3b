using EncryptionService.Contracts.Membership;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EncryptionService.Benchmarks.World;

/// <summary>The service as a process of its own, as it is shipped, called over gRPC.</summary>
internal sealed class OuterService : IAsyncDisposable
{
    private const string Method = "/encryptionservice.membership.v1.GroupEncryption/Apply";

    private readonly Scene scene;
    private readonly HostProcess process;
    private readonly GrpcChannel channel;
    private readonly GroupEncryption.GroupEncryptionClient client;

    private OuterService(Scene scene, HostProcess process, int port)
    {
        this.scene = scene;
        this.process = process;
        channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}", new GrpcChannelOptions { MaxReceiveMessageSize = 64 * 1024 * 1024 });
        client = new GroupEncryption.GroupEncryptionClient(channel);
    }

    /// <inheritdoc cref="HostProcess.ReadyAfter"/>
    public TimeSpan ReadyAfter => process.ReadyAfter;

    /// <inheritdoc cref="HostProcess.CoreTime"/>
    public TimeSpan CoreTime => process.CoreTime;

    /// <summary>Starts it, and returns once it is ready.</summary>
    public static async Task<OuterService> StartAsync(FileInfo program, Scene scene, CancellationToken cancellationToken)
    {
        var (grpc, probe) = HostProcess.FreePorts();
        return new OuterService(scene, await HostProcess.StartAsync(program, scene.Settings(grpc, probe), scene.LogPath, probe, cancellationToken), grpc);
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

    /// <inheritdoc cref="HostProcess.Memory"/>
    public double Memory(string name) => process.Memory(name);

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await process.DisposeAsync();
    }
}
