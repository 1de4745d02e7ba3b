using System.Diagnostics.CodeAnalysis;
using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Service.Groups;
using Google.Protobuf;

namespace EncryptionService.Service.Membership;

/// <summary>Parses one event (docs/spec/membership.md, sections 1 and 2).</summary>
internal static class EventParser
{
    private static readonly MessageParser<Event> knownFields = Event.Parser.WithDiscardUnknownFields(true);

    /// <summary>Parses an event; on failure <paramref name="error"/> begins with the field.</summary>
    public static bool TryParse(Event entry, [NotNullWhen(true)] out GroupEvent? parsed, [NotNullWhen(false)] out string? error)
    {
        parsed = null;
        // Compared with its canonical form: the parser also takes signs and prefixes within the groups.
        if (!Guid.TryParseExact(entry.EventId, "D", out var id) || id.Version != 7 || (id.Variant & 0b1100) != 0b1000
            || !id.ToString("D").Equals(entry.EventId, StringComparison.OrdinalIgnoreCase))
        {
            error = "event_id: must be a UUID of version 7, with hyphens";
            return false;
        }

        if (!GroupId.TryParse(entry.GroupId, out var group))
        {
            error = $"group_id: {RequestParser.IdRule}";
            return false;
        }

        if (entry.Sequence is 0 or > (1UL << 53) - 1)
        {
            error = "sequence: must be between 1 and 2^53 - 1";
            return false;
        }

        if (!TryParseChange(entry, out var change, out error))
        {
            return false;
        }

        parsed = new GroupEvent(entry.EventId, group, entry.Sequence, DigestOf(entry), change);
        return true;
    }

    private static bool TryParseChange(Event entry, [NotNullWhen(true)] out GroupChange? change, [NotNullWhen(false)] out string? error)
    {
        change = null;
        error = null;
        switch (entry.ChangeCase)
        {
            case Event.ChangeOneofCase.GroupCreated:
                change = new GroupChange.Created();
                return true;
            case Event.ChangeOneofCase.MembersAdded:
                return TryParseAdded(entry.MembersAdded, out change, out error);
            case Event.ChangeOneofCase.MemberRekeyed:
                return TryParseRekeyed(entry.MemberRekeyed, out change, out error);
            case Event.ChangeOneofCase.MembersRemoved:
                if (!RequestParser.TryParseMembers(entry.MembersRemoved.MemberIds, RequestParser.MaxMembers, "members_removed.member_ids", out var removed, out error))
                {
                    return false;
                }

                change = new GroupChange.Removed(removed);
                return true;
            case Event.ChangeOneofCase.GroupAdopted:
                if (entry.GroupAdopted.Adoption.Length is 0 or > JwsTypes.MaxJws)
                {
                    error = $"group_adopted.adoption: must be a compact JWS of at most {JwsTypes.MaxJws} characters";
                    return false;
                }

                change = new GroupChange.Adopted(Adoption.TryParse(entry.GroupAdopted.Adoption, out var adoption, out _) ? adoption : null);
                return true;
            case Event.ChangeOneofCase.RotationRequested:
                change = new GroupChange.Rotated();
                return true;
            case Event.ChangeOneofCase.GroupDeleted:
                change = new GroupChange.Deleted();
                return true;
            default:
                error = "change: one of group_created, members_added, member_rekeyed, members_removed, group_adopted, rotation_requested, group_deleted is required";
                return false;
        }
    }

    private static bool TryParseAdded(MembersAdded added, out GroupChange? change, [NotNullWhen(false)] out string? error)
    {
        change = null;
        error = RequestParser.CheckCount(added.Members.Count, RequestParser.MaxMembers, "members_added.members");
        if (error is not null)
        {
            return false;
        }

        var members = new List<ClaimedMember>(added.Members.Count);
        var seen = new HashSet<MemberId>();
        for (var i = 0; i < added.Members.Count; i++)
        {
            if (!TryParseMember(added.Members[i], $"members_added.members[{i}]", out var member, out error))
            {
                return false;
            }

            if (!seen.Add(member.Member))
            {
                error = $"members_added.members[{i}].member_id: the same member stands twice";
                return false;
            }

            members.Add(member);
        }

        change = new GroupChange.Added(members);
        return true;
    }

    private static bool TryParseRekeyed(MemberRekeyed rekeyed, out GroupChange? change, [NotNullWhen(false)] out string? error)
    {
        change = null;
        if (!TryParseMember(rekeyed.Member, "member_rekeyed.member", out var member, out error))
        {
            return false;
        }

        if (rekeyed.KeyChange.Length is 0 or > JwsTypes.MaxJws)
        {
            error = $"member_rekeyed.key_change: must be a compact JWS of at most {JwsTypes.MaxJws} characters";
            return false;
        }

        change = new GroupChange.Rekeyed(member, KeyChange.TryParse(rekeyed.KeyChange, out var keyChange, out _) ? keyChange : null);
        return true;
    }

    private static bool TryParseMember(
        MemberWithKeys? entry, string field, [NotNullWhen(true)] out ClaimedMember? claimed, [NotNullWhen(false)] out string? error)
    {
        claimed = null;
        if (entry is null || !MemberId.TryParse(entry.MemberId, out var member))
        {
            error = $"{field}.member_id: {RequestParser.IdRule}";
            return false;
        }

        if (entry.Attestation.Length > 0)
        {
            error = $"{field}.attestation: is reserved and must be empty";
            return false;
        }

        if (entry.Keys is null)
        {
            error = $"{field}.keys: is required";
            return false;
        }

        error = null;
        claimed = MemberKeys.TryParse(entry.Keys.HpkeJwk, entry.Keys.SigningJwk, out var keys, out var problem)
            ? new ClaimedMember(member, keys, Reason.Unspecified)
            : new ClaimedMember(member, null, problem.Error == KeyError.UnsupportedAlgorithm ? Reason.KeyUnsupported : Reason.KeyInvalid);
        return true;
    }

    private static Digest32 DigestOf(Event entry)
    {
        // Unknown fields must not make two equal events differ, nor be stored as if they meant something.
        return Digest32.Of(knownFields.ParseFrom(entry.ToByteArray()).ToByteArray());
    }
}
