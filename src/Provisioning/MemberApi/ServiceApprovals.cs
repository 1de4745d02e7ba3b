using EncryptionService.Contracts.Membership;
using EncryptionService.Provisioning.Dispatch;
using Grpc.Core;

namespace EncryptionService.Provisioning.MemberApi;

/// <summary>Documents to the service over gRPC.</summary>
internal sealed class ServiceApprovals(ServiceDoors doors) : IServiceApprovals
{
    /// <inheritdoc/>
    public async Task<ApprovalResult> SubmitAsync(string organization, string document, CancellationToken cancellationToken)
    {
        try
        {
            var response = await doors.SubmitApprovalAsync(organization, document, cancellationToken);
            var refused = response.Members.Select(member => new RefusedMember(member.MemberId, Name(member.Reason)));
            return new ApprovalResult(ApprovalVerdict.Taken, checked((int)response.Accepted), [.. refused], "");
        }
        catch (RpcException exception)
        {
            // What it says about a document is for whoever signed it; what it says about itself is not.
            var isRefused = exception.StatusCode is StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.NotFound or StatusCode.PermissionDenied;
            return new ApprovalResult(isRefused ? ApprovalVerdict.Refused : ApprovalVerdict.Unreachable, 0, [], exception.Status.Detail);
        }
    }

    /// <inheritdoc/>
    public Task RepairAsync(string organization, string group, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The name in the contract, as membership.proto spells it.</summary>
    private static string Name(Reason reason) =>
        MembershipReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.EnumDescriptor>(nameof(Reason)).FindValueByNumber((int)reason)?.Name ?? "UNKNOWN";
}
