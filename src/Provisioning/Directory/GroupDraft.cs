namespace EncryptionService.Provisioning.Directory;

/// <summary>What a change does to a group's members.</summary>
internal enum MembershipVerb
{
    /// <summary>These join; who is in already stays.</summary>
    Add,

    /// <summary>These leave; who is not in is no error.</summary>
    Remove,

    /// <summary>These and nobody else are in.</summary>
    Replace,
}

/// <summary>One change of a group's members.</summary>
internal sealed record MembershipChange(MembershipVerb Verb, IReadOnlyList<string> Members);

/// <summary>What has to change in a group. Null leaves a thing as it is.</summary>
/// <param name="DisplayName">SCIM displayName exactly as sent, or null.</param>
/// <param name="ExternalId">SCIM externalId in a tuple, null inside clears it; or null.</param>
/// <param name="Members">Changes of the members, in order.</param>
internal sealed record GroupDraft(string? DisplayName, ValueTuple<string?>? ExternalId, IReadOnlyList<MembershipChange> Members);
