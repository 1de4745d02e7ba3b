using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Service.Groups;
using EncryptionService.Service.Trust;
using Grpc.Core;

namespace EncryptionService.Service.Membership;

/// <summary>The gRPC door: parse, call one room, answer (docs/spec/membership.md). Calls are authenticated before they come here.</summary>
internal sealed class GroupEncryptionDoor(
    GroupUnits units, GroupReader reader, GroupResealer resealer, ApprovalTaker approvals, PinBook pins, IdentityCard identity, DoorMetrics metrics)
    : GroupEncryption.GroupEncryptionBase
{
    /// <summary>Applies events: (1) parse, (2) pins up to date, (3) all groups side by side, (4) receipts in the order of the events.</summary>
    /// <remarks>MUST NOT answer before the ledger is durable.</remarks>
    public override Task<ApplyResponse> Apply(ApplyRequest request, ServerCallContext context) => metrics.MeasureAsync(nameof(Apply), async () =>
    {
        if (!RequestParser.TryParse(request, out var parsed, out var error)) // (1)
        {
            throw Malformed(error);
        }

        var cancellation = context.CancellationToken;
        await pins.RefreshAsync(cancellation); // (2)
        var response = new ApplyResponse();
        var receipts = new Receipt[parsed.Events.Count];
        var groups = parsed.Events.Select((entry, index) => (entry, index)).GroupBy(item => item.entry.Group);
        await Parallel.ForEachAsync(groups, cancellation, async (group, token) => // (3)
        {
            var answers = await units.ApplyAsync(group.Key, [.. group.Select(item => item.entry)], parsed.Known.GetValueOrDefault(group.Key), token);
            foreach (var (item, answer) in group.Zip(answers))
            {
                receipts[item.index] = answer;
            }
        });
        response.Receipts.AddRange(receipts); // (4)
        return response;
    });

    /// <inheritdoc/>
    public override Task<GetGroupResponse> GetGroup(GetGroupRequest request, ServerCallContext context) => metrics.MeasureAsync(nameof(GetGroup), () =>
    {
        if (!GroupId.TryParse(request.GroupId, out var group))
        {
            throw Malformed($"group_id: {RequestParser.IdRule}");
        }

        var bad = request.MaxStatements > 1_000 ? "max_statements: at most 1000 are allowed"
            : request.MaxMembers > 10_000 ? "max_members: at most 10000 are allowed"
            : request.Statement.Length > JwsTypes.MaxJws ? $"statement: at most {JwsTypes.MaxJws} characters are allowed"
            : request.MembersAfter.Length > 0 && !MemberId.TryParse(request.MembersAfter, out _) ? $"members_after: {RequestParser.IdRule}"
            : null;
        return bad is null ? reader.ReadAsync(group, request, context.CancellationToken) : throw Malformed(bad);
    });

    /// <inheritdoc/>
    public override Task<ResealResponse> Reseal(ResealRequest request, ServerCallContext context) => metrics.MeasureAsync(nameof(Reseal), () =>
    {
        if (!GroupId.TryParse(request.GroupId, out var group))
        {
            throw Malformed($"group_id: {RequestParser.IdRule}");
        }

        return RequestParser.TryParseMembers(request.MemberIds, RequestParser.MaxReseal, "member_ids", out var members, out var error)
            ? resealer.ResealAsync(group, request.Epoch, members, context.CancellationToken)
            : throw Malformed(error);
    });

    /// <inheritdoc/>
    public override Task<GetIdentityResponse> GetIdentity(GetIdentityRequest request, ServerCallContext context) => Task.FromResult(identity.Show());

    /// <inheritdoc/>
    public override Task<SubmitApprovalResponse> SubmitApproval(SubmitApprovalRequest request, ServerCallContext context)
        => metrics.MeasureAsync(nameof(SubmitApproval), async () =>
        {
            var (response, error) = await approvals.TakeAsync(request.Document, context.CancellationToken);
            return response ?? throw Malformed($"document: {error}");
        });

    private static RpcException Malformed(string error) => new(new Status(StatusCode.InvalidArgument, error));
}
