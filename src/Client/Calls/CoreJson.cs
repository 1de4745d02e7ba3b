using System.Text.Json.Serialization;

namespace EncryptionService.Client;

internal sealed record TokenJson(string Token);

internal sealed record AcceptanceJson(string Token, string Registration);

internal sealed record NewKeysJson(string Change, string Registration);

internal sealed record DocumentJson(string Document);

internal sealed record InvitationJson(string Organization, string OrganizationName, string Member, string UserName, string Core, bool Accepted);

internal sealed record KeyIdsJson(string Hpke, string Alg, string Sig);

internal sealed record MeJson(
    string Organization, string OrganizationName, string Member, string UserName, string Core, KeyIdsJson Keys, ulong Counter, bool Pinned);

internal sealed record GroupsJson(IReadOnlyList<GroupJson> Groups);

internal sealed record GroupJson(string Group, string DisplayName, ulong Epoch, ulong Revision, bool Envelope);

internal sealed record GroupPageJson(
    string Group, string DisplayName, IReadOnlyList<string> Statements, IReadOnlyList<string> Certificates, bool More,
    string? Envelope = null, IReadOnlyList<string>? Proof = null);

internal sealed record PendingJson(string Organization, IReadOnlyList<PendingMemberJson> Members);

internal sealed record PendingMemberJson(string Member, string UserName, string Hpke, string Alg, string Sig);

internal sealed record HeadJson(string Group, string DisplayName, ulong Revision, string Statement, bool Frozen);

internal sealed record SubmittedJson(ulong Accepted, IReadOnlyList<RefusedJson> Refused);

internal sealed record RefusedJson(string Member, string Reason);

/// <summary>The bodies of member.md. Answers are read strictly: unknown, missing, repeated members are refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(TokenJson))]
[JsonSerializable(typeof(AcceptanceJson))]
[JsonSerializable(typeof(NewKeysJson))]
[JsonSerializable(typeof(DocumentJson))]
[JsonSerializable(typeof(InvitationJson))]
[JsonSerializable(typeof(MeJson))]
[JsonSerializable(typeof(GroupsJson))]
[JsonSerializable(typeof(GroupPageJson))]
[JsonSerializable(typeof(PendingJson))]
[JsonSerializable(typeof(HeadJson))]
[JsonSerializable(typeof(SubmittedJson))]
internal sealed partial class CoreJson : JsonSerializerContext;
