using System.Text.Json;
using System.Text.Json.Serialization;

namespace EncryptionService.Client;

/// <summary>The member's file as it is written (member.md, section 8).</summary>
internal sealed record MemberFileJson(
    int Version, string Core, string Organization, string Member, string CoreId,
    [property: JsonPropertyOrder(2)] KeyBoxJson Keys,
    [property: JsonPropertyOrder(4)] IReadOnlyDictionary<string, KnownGroupJson> Groups,
    [property: JsonPropertyOrder(1)] string? Trusted = null,
    [property: JsonPropertyOrder(3)] KeyBoxJson? NewKeys = null);

/// <summary>A box of private keys.</summary>
internal sealed record KeyBoxJson(string Kdf, int Iterations, string Salt, string Enc, string Nonce, string Ciphertext);

/// <summary>What is remembered of one group.</summary>
internal sealed record KnownGroupJson(ulong Revision, string Hash, ulong Epoch, ulong Generation, string Suite, IReadOnlyList<string> Statements);

/// <summary>The operator's file as it is written.</summary>
internal sealed record OperatorFileJson(int Version, KeyBoxJson Key, JsonElement Public);

/// <summary>Reads strictly, writes without what is absent.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(MemberFileJson))]
[JsonSerializable(typeof(OperatorFileJson))]
internal sealed partial class FileJson : JsonSerializerContext;
