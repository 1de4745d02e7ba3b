using System.Text.Json;
using System.Text.Json.Serialization;

namespace EncryptionService.Cli.Texts;

internal sealed record AcceptedCard(
    string Organization, string OrganizationName, string Member, string UserName, string Core, string File, string Hpke, string Alg, string Sig);

internal sealed record KeysCard(
    string Organization, string Member, string Core, string CoreId, string? OrganizationCode, string Hpke, string Alg, string Sig, bool NewKeysOnTheirWay,
    ulong? Counter, bool? Pinned);

internal sealed record GroupsCard(IReadOnlyList<GroupRow> Groups);

internal sealed record GroupRow(string Group, string DisplayName, ulong Epoch, ulong Revision, bool Envelope);

internal sealed record OpenCard(string Outcome, string Reason, string Group, string DisplayName, ulong Epoch, ulong Revision);

internal sealed record SubmittedCard(int Documents, ulong Accepted, IReadOnlyList<RefusedRow> Refused);

internal sealed record RefusedRow(string Member, string Reason);

/// <summary>What <c>--json</c> prints: one line, for programs.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AcceptedCard))]
[JsonSerializable(typeof(KeysCard))]
[JsonSerializable(typeof(GroupsCard))]
[JsonSerializable(typeof(OpenCard))]
[JsonSerializable(typeof(SubmittedCard))]
internal sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>The words of an enumeration as programs read them: <c>NotForMe</c> is <c>not-for-me</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
