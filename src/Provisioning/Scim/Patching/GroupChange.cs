namespace EncryptionService.Provisioning.Scim;

/// <summary>A change of a group's members. Each id stands once; ids are as sent and may be anybody's.</summary>
internal abstract record MemberChange(IReadOnlyList<string> Ids)
{
    /// <summary>These come in, if they are not in yet.</summary>
    internal sealed record Add(IReadOnlyList<string> Ids) : MemberChange(Ids);

    /// <summary>These leave; whoever is not in, or does not exist, is no error.</summary>
    internal sealed record Remove(IReadOnlyList<string> Ids) : MemberChange(Ids);

    /// <summary>Exactly these are in afterwards; nobody, if there is none.</summary>
    internal sealed record Replace(IReadOnlyList<string> Ids) : MemberChange(Ids);
}

/// <summary>What a PATCH does to a group, told without looking at its members (docs/spec/scim.md, 26 and 52).</summary>
/// <param name="DisplayName">The new name; null where it stays.</param>
/// <param name="ChangesExternalId">True if <paramref name="ExternalId"/> is to be stored.</param>
/// <param name="ExternalId">The new external id, null to clear it.</param>
/// <param name="Members">To be done in order.</param>
internal sealed record GroupChange(string? DisplayName, bool ChangesExternalId, string? ExternalId, IReadOnlyList<MemberChange> Members);
