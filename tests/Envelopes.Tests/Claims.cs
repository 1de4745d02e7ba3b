using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EncryptionService.Formats;

namespace EncryptionService.Envelopes.Tests;

/// <summary>One valid sample of each signed object, and a way to spoil it.</summary>
internal static class Claims
{
    public const long Now = 1_790_000_000;

    private static readonly ECDsa signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly Person alice = new("alice");
    private static readonly Person bob = new("bob", Suite.Hpke7);

    public static readonly string[] Kinds =
        ["statement", "identity", "key-change", "approval", "recovery", "adoption", "call", "call-key", "enrolment"];

    public static DateTimeOffset Clock => DateTimeOffset.FromUnixTimeSeconds(Now);

    public static SigningJwk Key { get; } = SigningJwk.Of(signer);

    public static SignedObject Sample(string kind)
    {
        var organization = Ids.Organization("o1");
        var group = Ids.Group("g1");
        return kind switch
        {
            "statement" => new Statement
            {
                Issuer = Key.Thumbprint,
                Organization = organization,
                Group = group,
                Epoch = 3,
                Revision = 7,
                Previous = Digest32.Of("previous"u8),
                Commitment = Digest32.Of("commit"u8),
                Roster = Digest32.Of("roster"u8),
                Suites = [Suite.Hpke4, Suite.Hpke7],
                IssuedAt = Now,
                Why = ["added", "removed"],
                Link = new KeyLink(2, new byte[KeyLink.Size]),
            },
            "identity" => new IdentityCertificate
            {
                Organization = organization,
                Generation = 1,
                Identity = alice.Secret.Public.Signing,
                Adoption = alice.Secret.Public.Hpke,
                IssuedAt = Now,
                OrganizationKey = Key,
            },
            "key-change" => new KeyChange
            {
                Organization = organization,
                Member = alice.Member,
                Old = alice.Keys,
                New = bob.Keys,
                Counter = 1,
                IssuedAt = Now,
                ExpiresAt = Now + 3600,
            },
            "approval" => new Approval
            {
                Organization = organization,
                Members = [new(alice.Member, alice.Keys), new(bob.Member, bob.Keys)],
                IssuedAt = Now,
                ExpiresAt = Now + 3600,
                Id = "a-1",
            },
            "recovery" => new Recovery
            {
                Organization = organization,
                Group = group,
                Revision = 9,
                StatementHash = Digest32.Of("ahead"u8),
                IssuedAt = Now,
                ExpiresAt = Now + 3600,
                Id = "r-1",
            },
            "adoption" => new Adoption
            {
                Organization = organization,
                Group = group,
                Member = alice.Member,
                Identity = Key.Thumbprint,
                SealedKey = "a.b..c.",
                IssuedAt = Now,
                ExpiresAt = Now + 3600,
            },
            "call" => new CallToken
            {
                Organization = organization,
                Audience = "core-1",
                Method = "POST /v1/organizations/o1/groups/g1/posts",
                Request = Digest32.Of("body"u8),
                IssuedAt = Now,
                ExpiresAt = Now + 300,
                Id = "c-1",
                Replica = "eec--1-a",
            },
            "call-key" => new CallKeyChange
            {
                Organization = organization,
                Audience = "x",
                Key = bob.Secret.Public.Signing,
                IssuedAt = Now,
                ExpiresAt = Now + 3600,
            },
            _ => new Enrolment
            {
                Organization = organization,
                Audience = "core-1",
                Certificate = "a.b.c",
                CallKey = Key,
                Address = "https://eec.example",
                Version = "0.1.0",
                RevisionName = "eec--1",
                ReplicaName = "eec--1-a",
                Token = "token",
                IssuedAt = Now,
                ExpiresAt = Now + 300,
                Id = "e-1",
            },
        };
    }

    public static string TypOf(string kind) => $"eec-{kind}+jwt";

    public static bool TryParse(string kind, string? compact, out SignedObject? value, out string error)
    {
        (var valid, value, error) = kind switch
        {
            "statement" => (Statement.TryParse(compact, out var v, out var e), (SignedObject?)v, e),
            "identity" => (IdentityCertificate.TryParse(compact, out var v, out var e), v, e),
            "key-change" => (KeyChange.TryParse(compact, out var v, out var e), v, e),
            "approval" => (Approval.TryParse(compact, out var v, out var e), v, e),
            "recovery" => (Recovery.TryParse(compact, out var v, out var e), v, e),
            "adoption" => (Adoption.TryParse(compact, out var v, out var e), v, e),
            "call" => (CallToken.TryParse(compact, out var v, out var e), v, e),
            "call-key" => (CallKeyChange.TryParse(compact, out var v, out var e), v, e),
            _ => (Enrolment.TryParse(compact, out var v, out var e), v, e),
        };
        return valid;
    }

    public static string Sign(SignedObject claims) => JwsSigner.Sign(signer, claims);

    /// <summary>The sample's header, as a valid signer writes it.</summary>
    public static string HeaderOf(string kind)
    {
        var text = Encoding.ASCII.GetString(Sample(kind).SigningInput(Key.Thumbprint)).Split('.')[0];
        return Base64UrlText.TryDecode(text, out var json) ? Encoding.UTF8.GetString(json) : throw new InvalidOperationException();
    }

    public static string PayloadOf(string kind) => Encoding.UTF8.GetString(Sample(kind).ToPayload());

    /// <summary>Signs any text as header and payload.</summary>
    public static string SignRaw(string header, string payload) => SignRaw(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(payload));

    public static string SignRaw(byte[] header, byte[] payload)
    {
        var input = Encoding.ASCII.GetBytes($"{Base64UrlText.Encode(header)}.{Base64UrlText.Encode(payload)}");
        return Jws.Assemble(input, signer.SignData(input, HashAlgorithmName.SHA256));
    }

    /// <summary>Replaces a member of a JSON object (dots lead into nested objects, numbers into arrays); null removes it.</summary>
    public static string Edit(string json, string path, string? value)
    {
        var root = JsonNode.Parse(json)!;
        var steps = path.Split('.');
        var node = root;
        foreach (var step in steps[..^1])
        {
            node = int.TryParse(step, out var index) ? node[index]! : node[step]!;
        }

        if (value is null)
        {
            node.AsObject().Remove(steps[^1]);
        }
        else
        {
            node[steps[^1]] = JsonNode.Parse(value);
        }

        return root.ToJsonString();
    }
}
