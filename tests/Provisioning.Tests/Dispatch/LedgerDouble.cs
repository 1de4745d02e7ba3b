using System.Collections.Concurrent;
using EncryptionService.Contracts.Membership;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EncryptionService.Provisioning.Tests.Dispatch;

/// <summary>What may happen to a call.</summary>
internal enum Mischief
{
    None,

    /// <summary>Everything is applied, and the answer is lost.</summary>
    LoseReply,

    /// <summary>The first group is applied, then the call fails.</summary>
    FailHalfWay,

    /// <summary>Nothing is applied.</summary>
    Unavailable,

    /// <summary>An answer that fits nothing.</summary>
    Nonsense,

    /// <summary>No answer until the caller gives up.</summary>
    Hang,
}

/// <summary>A service that plays docs/spec/membership.md without cryptography, over real HTTP/2 on loopback, and fails when it is told to.</summary>
internal sealed class LedgerDouble : GroupEncryption.GroupEncryptionBase, IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, GroupLedger> groups = [];
    private readonly Dictionary<string, string> pins = [];
    private WebApplication? app;

    /// <summary>What happens to the next calls of Apply.</summary>
    public ConcurrentQueue<Mischief> Next { get; } = [];

    /// <summary>Calls of Apply.</summary>
    public int Applies { get; private set; }

    /// <summary>Outcomes in the order in which they were given.</summary>
    public List<Receipt> Given { get; } = [];

    /// <summary>Requests of Reseal.</summary>
    public ConcurrentQueue<ResealRequest> Reseals { get; } = [];

    /// <summary>What happens in the core while a call of Reseal is answered.</summary>
    public Func<Task>? MeanwhileReseal { get; set; }

    /// <summary>Headers of the calls.</summary>
    public ConcurrentQueue<(string Method, string Token, byte[] Message)> Tokens { get; } = [];

    /// <summary>Set while a call hangs.</summary>
    public TaskCompletionSource Hanging { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Every call of Apply fails with this, until it is null again.</summary>
    public StatusCode? Down { get; set; }

    /// <summary>Every Reseal fails with this.</summary>
    public StatusCode? ResealFails { get; set; }

    /// <summary>Calls that name this group fail with this status.</summary>
    public (string Group, StatusCode Status)? Poisoned { get; set; }

    /// <summary>Members whose keys wait for an approval.</summary>
    public HashSet<string> Unapproved { get; } = [];

    public string Address { get; private set; } = "";

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(this).AddGrpc(options => options.EnableDetailedErrors = false);
        app = builder.Build();
        app.MapGrpcService<LedgerDouble>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    public GroupLedger Group(string id)
    {
        lock (gate)
        {
            return groups.TryGetValue(id, out var group) ? group : groups[id] = new GroupLedger(id);
        }
    }

    /// <summary>Pins other keys than the core believes.</summary>
    public void Pin(string member, string keys) => pins[member] = keys;

    public override async Task<ApplyResponse> Apply(ApplyRequest request, ServerCallContext context)
    {
        Remember(context, request);
        Next.TryDequeue(out var mischief);
        if (mischief == Mischief.Hang)
        {
            Hanging.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
        }

        lock (gate)
        {
            Applies++;
            if (mischief == Mischief.Unavailable || Down is not null)
            {
                throw new RpcException(new Status(Down ?? StatusCode.Unavailable, "the ledger cannot be written"));
            }

            if (Poisoned is { } poison && request.Events.Any(entry => entry.GroupId == poison.Group))
            {
                throw new RpcException(new Status(poison.Status, "events[0].group_id: it is poisoned"));
            }

            var receipts = new Receipt[request.Events.Count];
            var first = true;
            foreach (var group in request.Events.Select((entry, index) => (entry, index)).GroupBy(item => item.entry.GroupId))
            {
                if (!first && mischief == Mischief.FailHalfWay)
                {
                    throw new RpcException(new Status(StatusCode.Unavailable, "half of it"));
                }

                first = false;
                foreach (var (item, receipt) in group.Zip(Group(group.Key).Apply([.. group.Select(item => item.entry)], Claim)))
                {
                    receipts[item.index] = receipt;
                    Given.Add(receipt);
                }
            }

            return mischief switch
            {
                Mischief.LoseReply or Mischief.FailHalfWay => throw new RpcException(new Status(StatusCode.Unavailable, "the line broke")),
                Mischief.Nonsense => new ApplyResponse { Receipts = { new Receipt { EventId = "none" } } },
                _ => new ApplyResponse { Receipts = { receipts } },
            };
        }
    }

    public override Task<GetGroupResponse> GetGroup(GetGroupRequest request, ServerCallContext context)
    {
        Remember(context, request);
        lock (gate)
        {
            return Down is { } status ? throw new RpcException(new Status(status, "down")) : Task.FromResult(Group(request.GroupId).Describe(request));
        }
    }

    public override async Task<ResealResponse> Reseal(ResealRequest request, ServerCallContext context)
    {
        Remember(context, request);
        if (ResealFails is { } status)
        {
            throw new RpcException(new Status(status, "the budget is spent"));
        }

        await (MeanwhileReseal?.Invoke() ?? Task.CompletedTask);
        Reseals.Enqueue(request);
        var response = new ResealResponse { Generation = 1 };
        lock (gate)
        {
            response.Members.AddRange(request.MemberIds.Select(member => new MemberReceipt
            {
                MemberId = member,
                Outcome = Group(request.GroupId).Roster.ContainsKey(member) ? MemberOutcome.Wrapped : MemberOutcome.Removed,
            }));
        }

        return response;
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }
    }

    private void Remember(ServerCallContext context, IMessage request) =>
        Tokens.Enqueue((context.Method, context.RequestHeaders.GetValue("authorization") ?? "", request.ToByteArray()));

    private Reason Claim(MemberWithKeys member, string? change)
    {
        var claimed = $"{member.Keys.HpkeJwk}|{member.Keys.SigningJwk}";
        if (Unapproved.Contains(member.MemberId))
        {
            return Reason.ApprovalPending;
        }

        if (!pins.TryGetValue(member.MemberId, out var pinned) || (change is not null && change == $"{pinned}>{claimed}"))
        {
            pins[member.MemberId] = claimed;
            return Reason.Unspecified;
        }

        return pinned == claimed ? Reason.Unspecified : change is null ? Reason.KeyNotPinned : Reason.KeyChangeInvalid;
    }
}
