using System.Security.Cryptography;
using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>The core as a caller: signs a call token for each request (docs/spec/core.md, section 4).</summary>
internal sealed class CoreCaller : IDisposable
{
    private const string Service = "/encryptionservice.membership.v1.GroupEncryption/";

    private readonly GrpcChannel channel;
    private readonly GroupEncryption.GroupEncryptionClient client;
    private readonly ECDsa key;
    private readonly OrganizationId organization;
    private readonly Thumbprint audience;
    private readonly TimeProvider time;

    public CoreCaller(Uri address, ECDsa key, string organization, Thumbprint audience, TimeProvider? time = null)
    {
        this.time = time ?? TimeProvider.System;
        channel = GrpcChannel.ForAddress(address);
        client = new GroupEncryption.GroupEncryptionClient(channel);
        this.key = key;
        this.organization = OrganizationId.TryParse(organization, out var id) ? id : throw new ArgumentException(organization);
        this.audience = audience;
    }

    /// <summary>The caller that a core becomes by an enrolment.</summary>
    public static CoreCaller Of(FakeCore core, Uri address, TimeProvider? time = null)
        => new(address, core.CallKey, "o1", core.Book.Certificate.Identity.Thumbprint, time);

    public async Task<IReadOnlyList<Receipt>> ApplyAsync(params Event[] events)
    {
        var request = new ApplyRequest();
        request.Events.AddRange(events);
        return (await ApplyAsync(request)).Receipts;
    }

    public async Task<ApplyResponse> ApplyAsync(ApplyRequest request) => await client.ApplyAsync(request, Signed("Apply", request));

    public async Task<GetGroupResponse> GetGroupAsync(GetGroupRequest request) => await client.GetGroupAsync(request, Signed("GetGroup", request));

    public async Task<ResealResponse> ResealAsync(ResealRequest request) => await client.ResealAsync(request, Signed("Reseal", request));

    public async Task<SubmitApprovalResponse> SubmitAsync(string document)
    {
        var request = new SubmitApprovalRequest { Document = document };
        return await client.SubmitApprovalAsync(request, Signed("SubmitApproval", request));
    }

    public async Task<GetIdentityResponse> GetIdentityAsync()
        => await client.GetIdentityAsync(new GetIdentityRequest(), Signed("GetIdentity", new GetIdentityRequest()));

    public void Dispose() => channel.Dispose();

    private CallOptions Signed(string method, IMessage request)
    {
        var now = time.GetUtcNow();
        var token = JwsSigner.Sign(key, new CallToken
        {
            Organization = organization,
            Audience = audience.ToString(),
            Method = Service + method,
            Request = Digest32.Of(request.ToByteArray()),
            IssuedAt = now.ToUnixTimeSeconds(),
            ExpiresAt = now.ToUnixTimeSeconds() + 300,
            Id = Guid.CreateVersion7(now).ToString("N"),
        });
        return new CallOptions(
            new Metadata { { "authorization", $"Bearer {token}" } }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(60), cancellationToken: TestContext.Current.CancellationToken);
    }
}
