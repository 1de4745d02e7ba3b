using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using EncryptionService.Compliance;
using EncryptionService.Formats;
using EncryptionService.Hpke;

namespace EncryptionService.Envelopes.Tests;

/// <summary>One opening as data (tests/Vectors/README.md): what a client was given, and what must come of it.</summary>
internal static class VectorFile
{
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Folder => RepositoryRoot.Combine("tests", "Vectors", "envelopes");

    public static string Name<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString());

    public static void Write(string name, JsonNode content)
        => File.WriteAllText(Path.Combine(Folder, $"{name}.json"), content.ToJsonString(indented) + "\n");

    public static JsonObject ToJson(OpenRequest request, ECDsa signing, OpenOutcome outcome, OpenReason reason, VaultKey? key) => new()
    {
        ["note"] = "Private keys here are for tests only.",
        ["expect"] = new JsonObject
        {
            ["outcome"] = Name(outcome),
            ["reason"] = Name(reason),
            ["key"] = key is null ? null : Base64UrlText.Encode(key.Reveal()),
        },
        ["organization"] = request.Organization.Value,
        ["group"] = request.Group.Value,
        ["member"] = request.Member.Value,
        ["hpke"] = PrivateJwk(request.Keys.Public.Hpke.ToJson(), Export(request.Keys.Hpke)),
        ["signing"] = PrivateJwk(request.Keys.Public.Signing.ToJson(), signing.ExportParameters(includePrivateParameters: true).D!),
        ["pinned"] = request.PinnedOrganization?.ToString(),
        ["memory"] = request.Memory is not { } memory ? null : new JsonObject
        {
            ["rev"] = memory.Revision,
            ["hash"] = memory.Hash.ToString(),
            ["epo"] = memory.Epoch,
            ["gen"] = memory.Generation,
            ["suite"] = memory.StrongestSuite.Name,
        },
        ["envelope"] = request.Envelope,
        ["statements"] = new JsonArray([.. request.Statements.Select(text => JsonValue.Create(text))]),
        ["proof"] = JsonNode.Parse(request.Proof),
        ["certificates"] = new JsonArray([.. request.Certificates.Select(text => JsonValue.Create(text))]),
    };

    public static OpenRequest ToRequest(JsonElement json) => new()
    {
        Organization = Ids.Organization(Text(json, "organization")),
        Group = Ids.Group(Text(json, "group")),
        Member = Ids.Member(Text(json, "member")),
        Keys = ReadKeys(json),
        PinnedOrganization = json.GetProperty("pinned").GetString() is { } pinned ? ReadThumbprint(pinned) : null,
        Memory = json.GetProperty("memory") is { ValueKind: JsonValueKind.Object } memory ? ReadMemory(memory) : null,
        Envelope = Text(json, "envelope"),
        Statements = [.. json.GetProperty("statements").EnumerateArray().Select(text => text.GetString()!)],
        Proof = json.GetProperty("proof").GetRawText(),
        Certificates = [.. json.GetProperty("certificates").EnumerateArray().Select(text => text.GetString()!)],
    };

    public static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new InvalidDataException(name);

    public static byte[] Bytes(JsonElement json, string name)
        => Base64UrlText.TryDecode(Text(json, name), out var bytes) ? bytes : throw new InvalidDataException(name);

    private static Thumbprint ReadThumbprint(string text)
        => Thumbprint.TryParse(text, out var thumbprint) ? thumbprint : throw new InvalidDataException(text);

    private static GroupMemory ReadMemory(JsonElement json) => new(
        json.GetProperty("rev").GetUInt64(),
        Digest32.FromBytes(Bytes(json, "hash")),
        json.GetProperty("epo").GetUInt64(),
        json.GetProperty("gen").GetUInt64(),
        Suite.TryGet(Text(json, "suite"), out var suite) ? suite : throw new InvalidDataException("suite"));

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The member's keys take it over.")]
    private static MemberPrivateKeys ReadKeys(JsonElement json)
    {
        var hpke = json.GetProperty("hpke");
        var signing = json.GetProperty("signing");
        Assert.True(HpkeSuite.TryGet(Text(hpke, "alg"), out var suite));
        return new MemberPrivateKeys(HpkePrivateKey.Import(suite, Bytes(hpke, "d")), ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Bytes(signing, "d"),
            Q = new ECPoint { X = Bytes(signing, "x"), Y = Bytes(signing, "y") },
        }));
    }

    private static JsonNode PrivateJwk(string publicJwk, byte[] secret)
    {
        var jwk = JsonNode.Parse(publicJwk)!;
        jwk["d"] = Base64UrlText.Encode(secret);
        return jwk;
    }

    private static byte[] Export(HpkePrivateKey key)
    {
        var bytes = new byte[key.Suite.PrivateKeySize];
        key.Export(bytes);
        return bytes;
    }
}
