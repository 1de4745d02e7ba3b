using EncryptionService.Contracts.Membership;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>The contract's own spelling of outcomes and reasons, for tables and people.</summary>
internal static class WireNames
{
    private static readonly Dictionary<int, string> outcomes = MembershipReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.EnumDescriptor>(nameof(Outcome))
        .Values.ToDictionary(value => value.Number, value => value.Name);

    private static readonly Dictionary<int, string> reasons = MembershipReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.EnumDescriptor>(nameof(Reason))
        .Values.ToDictionary(value => value.Number, value => value.Name);

    /// <summary>E.g. KEY_NOT_PINNED.</summary>
    public static string Of(Reason reason) => reasons.GetValueOrDefault((int)reason, "REASON_UNSPECIFIED");

    /// <summary>E.g. APPLIED, or REJECTED GROUP_UNKNOWN.</summary>
    public static string Of(Receipt receipt)
    {
        var outcome = outcomes.GetValueOrDefault((int)receipt.Outcome, "OUTCOME_UNSPECIFIED");
        return receipt.Reason == Reason.Unspecified ? outcome : $"{outcome} {Of(receipt.Reason)}";
    }
}
