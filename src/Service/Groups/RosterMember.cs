using EncryptionService.Formats;
using EncryptionService.Service.Trust;

namespace EncryptionService.Service.Groups;

/// <summary>One member of a roster with the keys that the current epoch is sealed to.</summary>
internal sealed record RosterMember(MemberId Member, MemberKeys Keys) : IRosterEntry
{
    /// <inheritdoc/>
    KeyIds IRosterEntry.Keys => Keys.Ids;
}

/// <summary>Who of a roster an envelope may be made for.</summary>
internal static class PinnedRecipients
{
    /// <summary>Those whose keys in the roster are the pinned ones. Whose pin moved on in another group gets nothing for the old key, which may be in the wrong hands.</summary>
    public static IReadOnlyCollection<RosterMember> Pinned(this PinState pins, IReadOnlyCollection<RosterMember> members)
        => members.All(member => pins.IsPinned(member.Member, member.Keys.Ids))
            ? members
            : [.. members.Where(member => pins.IsPinned(member.Member, member.Keys.Ids))];
}
