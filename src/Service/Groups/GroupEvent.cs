using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;

namespace EncryptionService.Service.Groups;

/// <summary>One parsed event: well-formed, with what was found wrong about its keys and signed objects.</summary>
/// <param name="EventId">UUIDv7, as sent.</param>
/// <param name="Group">The group.</param>
/// <param name="Sequence">1, 2, … within the group.</param>
/// <param name="Digest">SHA-256 over the deterministic serialization.</param>
/// <param name="Change">What happens.</param>
internal sealed record GroupEvent(string EventId, GroupId Group, ulong Sequence, Digest32 Digest, GroupChange Change);

/// <summary>A member with the keys that an event claims for her; without usable keys, the reason.</summary>
internal sealed record ClaimedMember(MemberId Member, MemberKeys? Keys, Reason Fault);

/// <summary>The closed list of changes (docs/spec/membership.md, section 2).</summary>
internal abstract record GroupChange
{
    private GroupChange()
    {
    }

    /// <summary>The group begins.</summary>
    public sealed record Created : GroupChange;

    /// <summary>Members enter.</summary>
    public sealed record Added(IReadOnlyList<ClaimedMember> Members) : GroupChange;

    /// <summary>A member's keys change. Without a readable change document <paramref name="KeyChange"/> is null.</summary>
    public sealed record Rekeyed(ClaimedMember Member, KeyChange? KeyChange) : GroupChange;

    /// <summary>Members leave.</summary>
    public sealed record Removed(IReadOnlyList<MemberId> Members) : GroupChange;

    /// <summary>An existing group's key is taken over. Null where the document does not parse.</summary>
    public sealed record Adopted(Adoption? Adoption) : GroupChange;

    /// <summary>A new epoch is wanted.</summary>
    public sealed record Rotated : GroupChange;

    /// <summary>The group ends.</summary>
    public sealed record Deleted : GroupChange;
}
