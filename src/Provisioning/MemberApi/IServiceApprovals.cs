namespace EncryptionService.Provisioning.MemberApi;

/// <summary>What became of a document on its way to the service.</summary>
internal enum ApprovalVerdict
{
    /// <summary>The service took it.</summary>
    Taken,

    /// <summary>The service says no.</summary>
    Refused,

    /// <summary>The service did not answer, or none is enrolled.</summary>
    Unreachable,
}

/// <summary>The service's answer to a document.</summary>
/// <param name="Verdict">What became of it.</param>
/// <param name="Accepted">Members newly approved, or 1.</param>
/// <param name="Refused">Those who were not.</param>
/// <param name="Problem">What the service, or the network, says; empty where it was taken.</param>
internal sealed record ApprovalResult(ApprovalVerdict Verdict, int Accepted, IReadOnlyList<RefusedMember> Refused, string Problem);

/// <summary>Hands operators' documents to the service of an organization, and sees to what they change.</summary>
internal interface IServiceApprovals
{
    /// <summary>Hands over a document (docs/spec/membership.md, <c>SubmitApproval</c>).</summary>
    Task<ApprovalResult> SubmitAsync(string organization, string document, CancellationToken cancellationToken);

    /// <summary>Compares a group with the service after a recovery, and writes the events that it lacks.</summary>
    Task RepairAsync(string organization, string group, CancellationToken cancellationToken);
}
