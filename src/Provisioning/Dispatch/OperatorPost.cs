using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.MemberApi;
using Grpc.Core;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Carries operators' documents to the organization's service.</summary>
internal sealed class OperatorPost(ServiceDoors doors, Reconciler reconciler, CoreStore store, ServiceHealth health, TimeProvider time) : IServiceApprovals
{
    /// <inheritdoc/>
    public async Task<ApprovalResult> SubmitAsync(string organization, string document, CancellationToken cancellationToken)
    {
        var asked = time.GetUtcNow();
        try
        {
            var response = await doors.SubmitApprovalAsync(organization, document, cancellationToken);
            return new ApprovalResult(
                ApprovalVerdict.Taken,
                checked((int)response.Accepted),
                [.. response.Members.Select(member => new RefusedMember(member.MemberId, WireNames.Of(member.Reason)))],
                "");
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.NotFound)
        {
            return new ApprovalResult(ApprovalVerdict.Refused, 0, [], exception.Status.Detail);
        }
        catch (RpcException exception)
        {
            await store.WriteAsync(db => health.FailedAsync(db, organization, asked, exception, cancellationToken), cancellationToken);
            return new ApprovalResult(ApprovalVerdict.Unreachable, 0, [], ServiceHealth.Describe(exception));
        }
    }

    /// <inheritdoc/>
    public Task RepairAsync(string organization, string group, CancellationToken cancellationToken) => reconciler.RequestAsync(organization, group, cancellationToken);
}
