using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Settings;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Client = EncryptionService.Contracts.Membership.GroupEncryption.GroupEncryptionClient;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Calls the organizations' services (docs/spec/membership.md), each call with a token over its bytes (core.md, section 4).</summary>
/// <remarks>
/// Every failure is an <see cref="RpcException"/>: the service's status, or <see cref="StatusCode.Unavailable"/> where it was not reached or the
/// organization has none, or <see cref="StatusCode.DeadlineExceeded"/> after <see cref="DispatchOptions.CallTimeoutMilliseconds"/> of the injected clock.
/// </remarks>
internal sealed class ServiceDoors(
    CoreStore store, CallKeys keys, ServiceConnector connector, IOptions<DispatchOptions> options, TimeProvider time) : IDisposable
{
    private const long TokenSeconds = 300;
    private static readonly string service = $"/{GroupEncryption.Descriptor.FullName}/";

    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Address, GrpcChannel Channel)> channels = [];

    /// <summary>Applies events.</summary>
    public Task<ApplyResponse> ApplyAsync(string organization, ApplyRequest request, CancellationToken cancellationToken) =>
        CallAsync(organization, nameof(Client.Apply), request, (client, call) => client.ApplyAsync(request, call), cancellationToken);

    /// <summary>What the service's ledger says about a group.</summary>
    public Task<GetGroupResponse> GetGroupAsync(string organization, GetGroupRequest request, CancellationToken cancellationToken) =>
        CallAsync(organization, nameof(Client.GetGroup), request, (client, call) => client.GetGroupAsync(request, call), cancellationToken);

    /// <summary>Has envelopes of the current epoch made and posted again.</summary>
    public Task<ResealResponse> ResealAsync(string organization, ResealRequest request, CancellationToken cancellationToken) =>
        CallAsync(organization, nameof(Client.Reseal), request, (client, call) => client.ResealAsync(request, call), cancellationToken);

    /// <summary>Hands over a signed document.</summary>
    public Task<SubmitApprovalResponse> SubmitApprovalAsync(string organization, string document, CancellationToken cancellationToken)
    {
        var request = new SubmitApprovalRequest { Document = document };
        return CallAsync(organization, nameof(Client.SubmitApproval), request, (client, call) => client.SubmitApprovalAsync(request, call), cancellationToken);
    }

    /// <summary>Certificate, version and state of the service.</summary>
    public Task<GetIdentityResponse> GetIdentityAsync(string organization, CancellationToken cancellationToken)
    {
        var request = new GetIdentityRequest();
        return CallAsync(organization, nameof(Client.GetIdentity), request, (client, call) => client.GetIdentityAsync(request, call), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var (_, channel) in channels.Values)
            {
                channel.Dispose();
            }

            channels.Clear();
        }
    }

    /// <summary>One call: (1) who and where the service is now, (2) a token over the bytes, (3) the call, within its time.</summary>
    private async Task<T> CallAsync<T>(
        string organization, string method, IMessage request, Func<Client, CallOptions, AsyncUnaryCall<T>> send, CancellationToken cancellationToken)
    {
        var enrolled = await store.ReadAsync(
            db => db.Services.Where(row => row.OrganizationId == organization).Select(row => new { row.Address, row.Identity }).SingleOrDefaultAsync(cancellationToken),
            cancellationToken) ?? throw Unreachable("No service is enrolled for the organization."); // (1)
        var client = new Client(Channel(organization, enrolled.Address));
        var token = await SignAsync(organization, enrolled.Identity, service + method, request, cancellationToken); // (2)
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(options.Value.CallTimeoutMilliseconds), time); // (3)
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var call = send(client, new CallOptions(new Metadata { { "authorization", $"Bearer {token}" } }, cancellationToken: either.Token));
            return await call.ResponseAsync;
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException) when (limit.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, "The service did not answer in time."));
        }
    }

    private Task<string> SignAsync(string organization, string identity, string method, IMessage request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return keys.SignAsync(
            organization,
            new CallToken
            {
                Organization = OrganizationId.TryParse(organization, out var id) ? id : throw new InvalidOperationException($"{organization} is no organization id."),
                Audience = identity,
                Method = method,
                Request = Digest32.Of(request.ToByteArray()),
                IssuedAt = now.ToUnixTimeSeconds(),
                ExpiresAt = now.ToUnixTimeSeconds() + TokenSeconds,
                Id = Guid.CreateVersion7(now).ToString("N"),
            },
            cancellationToken);
    }

    /// <summary>The organization's channel; a new one when its address has changed. Calls on the old one fail, and are made again.</summary>
    private GrpcChannel Channel(string organization, string address)
    {
        lock (gate)
        {
            if (channels.TryGetValue(organization, out var known))
            {
                if (known.Address == address)
                {
                    return known.Channel;
                }

                known.Channel.Dispose();
                channels.Remove(organization);
            }

            if (!connector.IsAllowed(address, out var target, out var problem))
            {
                throw Unreachable(problem);
            }

            var channel = connector.Open(target);
            channels.Add(organization, (address, channel));
            return channel;
        }
    }

    private static RpcException Unreachable(string why) => new(new Status(StatusCode.Unavailable, why));
}
