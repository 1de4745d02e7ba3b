using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Service.Groups;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Trust;
using Grpc.Core;

namespace EncryptionService.Service.Membership;

/// <summary>Takes signed documents: approvals and recoveries of operators, new call keys of the core.</summary>
internal sealed class ApprovalTaker(
    KeyRing ring, Operators operators, PinBook pins, GroupRecovery recovery, CoreCallKey callKey, TimeProvider time)
{
    /// <summary>Takes a document; it is in the ledger before this returns.</summary>
    /// <returns>The response, or what is wrong with the document.</returns>
    public async Task<(SubmitApprovalResponse? Response, string? Error)> TakeAsync(string document, CancellationToken cancellationToken)
    {
        if (document.Length is 0 or > JwsTypes.MaxApproval)
        {
            return (null, $"must be a compact JWS of at most {JwsTypes.MaxApproval} characters");
        }

        if (Approval.TryParse(document, out var approval, out var approvalError))
        {
            return await ApproveAsync(approval, document, cancellationToken);
        }

        if (Recovery.TryParse(document, out var recover, out var recoveryError))
        {
            return Check(recover, recover.Organization) is { } fault
                ? (null, fault)
                : Answer(await recovery.RecoverAsync(recover, document, cancellationToken));
        }

        if (CallKeyChange.TryParse(document, out _, out var callError))
        {
            var refusal = await callKey.ChangeAsync(document, cancellationToken);
            return refusal is { IsTooOften: true }
                ? throw new RpcException(new Status(StatusCode.ResourceExhausted, $"document: {refusal.Message}."))
                : Answer(refusal?.Message);
        }

        return (null, $"is none of: {JwsTypes.Approval} ({approvalError}); {JwsTypes.Recovery} ({recoveryError}); {JwsTypes.CallKey} ({callError})");
    }

    private static (SubmitApprovalResponse? Response, string? Error) Answer(string? error)
        => error is null ? (new SubmitApprovalResponse { Accepted = 1 }, null) : (null, error);

    private async Task<(SubmitApprovalResponse? Response, string? Error)> ApproveAsync(
        Approval approval, string document, CancellationToken cancellationToken)
    {
        if (Check(approval, approval.Organization) is { } fault)
        {
            return (null, fault);
        }

        var others = await pins.ApproveAsync(approval, document, cancellationToken);
        var response = new SubmitApprovalResponse { Accepted = (uint)(approval.Members.Count - others.Count) };
        response.Members.AddRange(others.Select(member => new MemberReceipt
        {
            MemberId = member.Value,
            Outcome = MemberOutcome.Refused,
            Reason = Reason.KeyNotPinned,
        }));
        return (response, null);
    }

    private string? Check(TimedObject document, OrganizationId organization)
        => operators.Count == 0 ? "no operator keys are configured (Service:OperatorKeys)"
            : organization != ring.Keys.Organization ? "is meant for another organization"
            : !operators.Signed(document.Jws) ? "is not signed by an operator of this service"
            : document.IsTimely(time.GetUtcNow(), out var problem) ? null
            : problem;
}
