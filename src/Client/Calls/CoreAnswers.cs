using System.Text.Json;
using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>What an invitation tells.</summary>
/// <param name="Organization">The organization.</param>
/// <param name="OrganizationName">Its name; the core's word.</param>
/// <param name="Member">The member.</param>
/// <param name="UserName">The member's name; the core's word.</param>
/// <param name="CoreId">Id of the core.</param>
/// <param name="Accepted">True if keys were registered already.</param>
public sealed record Invitation(OrganizationId Organization, string OrganizationName, MemberId Member, string UserName, string CoreId, bool Accepted);

/// <summary>What the core knows of a member.</summary>
/// <param name="Organization">The organization.</param>
/// <param name="OrganizationName">Its name; the core's word.</param>
/// <param name="Member">The member.</param>
/// <param name="UserName">The member's name; the core's word.</param>
/// <param name="CoreId">Id of the core.</param>
/// <param name="Keys">Ids of the registered keys.</param>
/// <param name="Counter">The pin counter that a key change has to replace.</param>
/// <param name="Pinned">True if the service has seen these keys.</param>
public sealed record MemberCard(
    OrganizationId Organization, string OrganizationName, MemberId Member, string UserName, string CoreId, KeyIds Keys, ulong Counter, bool Pinned);

/// <summary>One of the member's groups.</summary>
/// <param name="Group">The group.</param>
/// <param name="DisplayName">Its name; the core's word.</param>
/// <param name="Epoch">Epoch of the head; 0 while no statement has come.</param>
/// <param name="Revision">Revision of the head; 0 while no statement has come.</param>
/// <param name="HasEnvelope">True if this member's envelope of that epoch is there.</param>
public sealed record GroupCard(GroupId Group, string DisplayName, ulong Epoch, ulong Revision, bool HasEnvelope);

/// <summary>One page of a group.</summary>
internal sealed record GroupPage(
    string DisplayName, string? Envelope, IReadOnlyList<string> Statements, string? Proof, IReadOnlyList<string> Certificates, bool More);

/// <summary>A member whose keys wait for an approval.</summary>
/// <param name="Member">The member.</param>
/// <param name="UserName">The member's name; the core's word.</param>
/// <param name="Keys">Ids of the keys.</param>
public sealed record PendingMember(MemberId Member, string UserName, KeyIds Keys);

/// <summary>Everybody whose keys wait for an approval.</summary>
/// <param name="Organization">The organization.</param>
/// <param name="Members">The members.</param>
public sealed record PendingMembers(OrganizationId Organization, IReadOnlyList<PendingMember> Members)
{
    /// <summary>The list as JSON, as the core gives it: to look at now and to sign later.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new PendingJson(Organization.Value, [.. Members.Select(member => new PendingMemberJson(
            member.Member.Value, member.UserName, member.Keys.Hpke.ToString(), member.Keys.Alg, member.Keys.Signing.ToString()))]),
        CoreJson.Default.PendingJson);

    /// <summary>Reads such a list; null if it is none.</summary>
    public static PendingMembers? TryParse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, CoreJson.Default.PendingJson) is { } json ? AnswerReader.Pending(json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The newest statement of a group that the core has.</summary>
/// <param name="DisplayName">The group's name; the core's word.</param>
/// <param name="Statement">The statement; its signature is not checked.</param>
/// <param name="Frozen">True if the service has frozen the group, says the core.</param>
public sealed record GroupHead(string DisplayName, Statement Statement, bool Frozen);

/// <summary>A member that the service refused.</summary>
/// <param name="Member">The member, or what the core calls so.</param>
/// <param name="Reason">The reason.</param>
public sealed record RefusedMember(string Member, string Reason);

/// <summary>What became of an operator's document.</summary>
/// <param name="Accepted">How many members of it, or documents, were accepted.</param>
/// <param name="Refused">Who was not.</param>
public sealed record Submitted(ulong Accepted, IReadOnlyList<RefusedMember> Refused);
