using System.Text.Json.Serialization;

namespace EncryptionService.Provisioning.MemberApi;

/// <summary>What an invitation tells (docs/spec/member.md, section 2).</summary>
internal sealed record InvitationAnswer(string Organization, string OrganizationName, string Member, string UserName, string Core, bool Accepted);

/// <summary>Ids of keys.</summary>
internal sealed record KeyIdsAnswer(string Hpke, string Alg, string Sig);

/// <summary>Who a member is (section 4).</summary>
internal sealed record MeAnswer(
    string Organization, string OrganizationName, string Member, string UserName, string Core, KeyIdsAnswer Keys, long Counter, bool Pinned);

/// <summary>One of a member's groups (section 4).</summary>
internal sealed record GroupEntry(string Group, string DisplayName, long Epoch, long Revision, bool Envelope);

/// <summary>A member's groups (section 4).</summary>
internal sealed record GroupsAnswer(IReadOnlyList<GroupEntry> Groups);

/// <summary>What a member needs to open one group (section 5).</summary>
internal sealed record GroupAnswer(
    string Group, string DisplayName, string? Envelope, IReadOnlyList<string> Statements, IReadOnlyList<string>? Proof, IReadOnlyList<string> Certificates, bool More);

/// <summary>A member whose keys wait for an approval (section 7).</summary>
internal sealed record PendingEntry(string Member, string UserName, string Hpke, string Alg, string Sig);

/// <summary>All who wait (section 7).</summary>
internal sealed record PendingAnswer(string Organization, IReadOnlyList<PendingEntry> Members);

/// <summary>The newest statement of a group (section 7).</summary>
internal sealed record HeadAnswer(string Group, string DisplayName, long Revision, string Statement, bool Frozen);

/// <summary>What the service said to an operator's document (section 7).</summary>
internal sealed record DocumentAnswer(int Accepted, IReadOnlyList<RefusedMember> Refused);

/// <summary>A member that the service did not accept, with the contract's name of the reason.</summary>
internal sealed record RefusedMember(string Member, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InvitationAnswer))]
[JsonSerializable(typeof(MeAnswer))]
[JsonSerializable(typeof(GroupsAnswer))]
[JsonSerializable(typeof(GroupAnswer))]
[JsonSerializable(typeof(PendingAnswer))]
[JsonSerializable(typeof(HeadAnswer))]
[JsonSerializable(typeof(DocumentAnswer))]
internal sealed partial class MemberAnswers : JsonSerializerContext;
