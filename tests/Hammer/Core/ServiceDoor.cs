using EncryptionService.Contracts.Membership;
using EncryptionService.Hammer.Secrets;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EncryptionService.Hammer.Core;

/// <summary>Calls the service as the core does: each call with a token over its bytes.</summary>
internal sealed class ServiceDoor : IDisposable
{
    private const string Prefix = "/encryptionservice.membership.v1.GroupEncryption/";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly GrpcChannel channel;
    private readonly GroupEncryption.GroupEncryptionClient client;
    private readonly EnrolledService service;
    private readonly CallTokens tokens;
    private readonly TimeProvider time;

    public ServiceDoor(EnrolledService service, CallTokens tokens, Recorder recorder, TimeProvider time)
    {
        this.service = service;
        this.tokens = tokens;
        this.time = time;
        channel = GrpcChannel.ForAddress(service.Address, new GrpcChannelOptions
        {
            HttpHandler = new RecordingHandler(recorder),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = 64 * 1024 * 1024,
        });
        client = new GroupEncryption.GroupEncryptionClient(channel);
    }

    public async Task<ApplyResponse> ApplyAsync(ApplyRequest request, CancellationToken cancellationToken) =>
        await client.ApplyAsync(request, Options("Apply", request, cancellationToken));

    public async Task<GetGroupResponse> GetGroupAsync(GetGroupRequest request, CancellationToken cancellationToken) =>
        await client.GetGroupAsync(request, Options("GetGroup", request, cancellationToken));

    public async Task<ResealResponse> ResealAsync(ResealRequest request, CancellationToken cancellationToken) =>
        await client.ResealAsync(request, Options("Reseal", request, cancellationToken));

    public void Dispose() => channel.Dispose();

    private CallOptions Options(string method, IMessage request, CancellationToken cancellationToken) => new(
        new Metadata { { "authorization", "Bearer " + tokens.Make(service.Identity, Prefix + method, request.ToByteArray()) } },
        time.GetUtcNow().UtcDateTime + Deadline,
        cancellationToken);
}
