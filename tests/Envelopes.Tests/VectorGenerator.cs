using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EncryptionService.Formats;
using EncryptionService.Hpke;

namespace EncryptionService.Envelopes.Tests;

/// <summary>Makes the files of tests/Vectors/envelopes anew. Run on purpose only: <c>-explicit only</c>. What is expected is written here, not computed.</summary>
public sealed class VectorGenerator
{
    private readonly ECDsa signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact(Explicit = true)]
    public void Make_all_files()
    {
        foreach (var suite in Suite.All)
        {
            using var world = new World("acme", "treasury");
            var person = Somebody(suite);
            world.Add(person, new Person("bob"));
            Write($"opened-{suite.Name.ToLowerInvariant()}", world.RequestOf(person), OpenOutcome.Opened, OpenReason.None, world.Key);
        }

        Chains();
        Envelopes();
        Statements();
        Primitives();
    }

    private void Chains()
    {
        using var world = new World("acme", "treasury");
        var alice = Somebody(Suite.Hpke4);
        world.Add(alice, new Person("bob"));
        using var first = Opener.Open(world.RequestOf(alice));
        var old = world.RequestOf(alice);
        world.Rotate();
        world.ReplaceIdentity();
        world.Rotate();
        var request = world.RequestOf(alice, first.Memory);
        Write("opened-from-memory-across-identities", request, OpenOutcome.Opened, OpenReason.None, world.Key);
        Write("opened-whole-chain", world.RequestOf(alice), OpenOutcome.Opened, OpenReason.None, world.Key);
        using var newest = Opener.Open(request);
        Forged("rolled-back", old with { Memory = newest.Memory }, OpenReason.RolledBack);
        Forged("rolled-back-generation", world.RequestOf(alice, newest.Memory! with { Generation = 9 }), OpenReason.RolledBack);
        Forged("gap", request with { Statements = [request.Statements[0], request.Statements[2]] }, OpenReason.ChainBroken);
        Forged("identity-not-certified", request with { Certificates = [world.Certificates[1]] }, OpenReason.SignatureInvalid);
        Write("unverified-no-certificate", request with { Certificates = [world.Certificates[0]] }, OpenOutcome.Unverified, OpenReason.NoCertificate);
        Write("unverified-nothing-pinned", request with { PinnedOrganization = null }, OpenOutcome.Unverified, OpenReason.NothingPinned);
        Forged("pinned-otherwise", request with { PinnedOrganization = alice.Secret.Public.Signing.Thumbprint }, OpenReason.CertificateInvalid);
        Forged("envelope-of-an-older-epoch", request with { Envelope = old.Envelope }, OpenReason.EnvelopeMoved);
        Forged("fork", old with { Memory = first.Memory! with { Hash = Digest32.Of("other"u8) } }, OpenReason.Forked);
        Forged("downgraded", old with { Memory = null, Keys = old.Keys, Certificates = old.Certificates, Envelope = Reencode(old.Envelope, "alg", "\"HPKE-3\"") }, OpenReason.SuiteDowngraded);
        world.Delete();
        Forged("group-ended", world.RequestOf(alice) with { Envelope = old.Envelope }, OpenReason.GroupEnded);
    }

    private void Envelopes()
    {
        using var world = new World("acme", "treasury");
        var alice = Somebody(Suite.Hpke7);
        var bob = new Person("bob");
        world.Add(alice, bob);
        var request = world.RequestOf(alice);
        Write("not-for-me-member", request with { Envelope = world.EnvelopeOf(bob) }, OpenOutcome.NotForMe, OpenReason.OtherMember);
        Write("not-for-me-key", request with { Envelope = Reencode(request.Envelope, "kid", $"\"{bob.Keys.Hpke}\"") }, OpenOutcome.NotForMe, OpenReason.OtherKey);
        Forged("envelope-with-crit", request with { Envelope = Reencode(request.Envelope, "crit", "[]") }, OpenReason.EnvelopeMalformed);
        Forged("envelope-of-another-group", request with { Envelope = Reencode(request.Envelope, "grp", "\"g2\"") }, OpenReason.EnvelopeMoved);
        Forged("envelope-of-another-organization", request with { Envelope = Reencode(request.Envelope, "org", "\"o2\"") }, OpenReason.EnvelopeMoved);
        var parts = request.Envelope.Split('.');
        parts[3] = (parts[3][0] == 'A' ? 'B' : 'A') + parts[3][1..];
        Forged("ciphertext-changed", request with { Envelope = string.Join('.', parts) }, OpenReason.DoesNotOpen);
        using var planted = VaultKey.Generate();
        var envelope = Wrapper.Wrap(planted, world.Organization, world.Group, world.Epoch, [alice.Recipient])[0].Jwe;
        Forged("commitment-mismatch", request with { Envelope = envelope }, OpenReason.CommitmentMismatch);
        Forged("not-in-roster", request with { Proof = world.Roster.Prove(bob.Member)!.ToJson().Replace(']', ',') + $"\"{Digest32.Zero}\"]" }, OpenReason.NotInRoster);
        Forged("another-group", request with { Group = Ids.Group("payroll") }, OpenReason.OtherGroup);
    }

    private void Statements()
    {
        using var world = new World("acme", "treasury");
        var alice = Somebody(Suite.Hpke4);
        world.Add(alice);
        var request = world.RequestOf(alice);
        var parts = request.Statements[0].Split('.');
        Forged("statement-signature-changed", request with { Statements = [$"{parts[0]}.{parts[1]}.{(parts[2][0] == 'A' ? 'B' : 'A')}{parts[2][1..]}"] }, OpenReason.SignatureInvalid);
        Forged("statement-claim-changed", request with { Statements = [$"{parts[0]}.{Reencode(parts[1], "iat", "1")}.{parts[2]}"] }, OpenReason.SignatureInvalid);
        Forged("statement-with-duplicate-claim", request with { Statements = [$"{parts[0]}.{Base64UrlText.Encode([.. Decode(parts[1])[..^1], .. ",\"rev\":1}"u8])}.{parts[2]}"] }, OpenReason.StatementMalformed);
        Forged("statement-with-another-type", request with { Statements = [$"{Reencode(parts[0], "typ", "\"JWT\"")}.{parts[1]}.{parts[2]}"] }, OpenReason.StatementMalformed);
        world.Append(next => next with { Commitment = Digest32.Of("other"u8) });
        Forged("second-key-for-one-epoch", world.RequestOf(alice), OpenReason.ChainBroken);
    }

    private static void Primitives()
    {
        using var key = VaultKey.Generate();
        using var older = VaultKey.Generate();
        var organization = Ids.Organization("acme");
        var group = Ids.Group("treasury");
        var tree = RosterTree.Of(Enumerable.Range(0, 5).Select(number => new Person($"m{number}", Suite.All[number % 4])));
        var members = tree.OrderBy(person => person.Member).Select(person => (JsonNode)new JsonObject
        {
            ["mem"] = person.Member.Value,
            ["hpke"] = JsonNode.Parse(person.Secret.Public.Hpke.ToJson()),
            ["signing"] = JsonNode.Parse(person.Secret.Public.Signing.ToJson()),
            ["hpkeThumbprint"] = person.Keys.Hpke.ToString(),
            ["signingThumbprint"] = person.Keys.Signing.ToString(),
            ["proof"] = JsonNode.Parse(tree.Prove(person.Member)!.ToJson()),
        });
        VectorFile.Write("primitives", new JsonObject
        {
            ["note"] = "Vault keys here are for tests only.",
            ["organization"] = organization.Value,
            ["group"] = group.Value,
            ["epoch"] = 5,
            ["olderEpoch"] = 3,
            ["key"] = Base64UrlText.Encode(key.Reveal()),
            ["olderKey"] = Base64UrlText.Encode(older.Reveal()),
            ["commit"] = Commitment.Compute(key, organization, group, 5).ToString(),
            ["link"] = Base64UrlText.Encode(KeyLinks.Seal(key, older, organization, group, 5, 3).SealedKey.Span),
            ["roster"] = new JsonObject { ["root"] = tree.Root.ToString(), ["members"] = new JsonArray([.. members]) },
        });
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The member's keys take it over.")]
    private Person Somebody(Suite suite)
        => new("alice", new MemberPrivateKeys(HpkePrivateKey.Generate(suite.ToHpke()), ECDsa.Create(signing.ExportParameters(includePrivateParameters: true))));

    private void Forged(string name, OpenRequest request, OpenReason reason) => Write(name, request, OpenOutcome.Forged, reason);

    private void Write(string name, OpenRequest request, OpenOutcome outcome, OpenReason reason, VaultKey? key = null)
        => VectorFile.Write(name, VectorFile.ToJson(request, signing, outcome, reason, key));

    private static byte[] Decode(string text) => Base64UrlText.TryDecode(text, out var bytes) ? bytes : throw new InvalidDataException(text);

    /// <summary>Changes a member of the JSON in the first part of a compact form.</summary>
    private static string Reencode(string compact, string name, string value)
    {
        var end = compact.IndexOf('.', StringComparison.Ordinal);
        var part = end < 0 ? compact : compact[..end];
        var changed = Claims.Edit(Encoding.UTF8.GetString(Decode(part)), name, value);
        return Base64UrlText.Encode(Encoding.UTF8.GetBytes(changed)) + compact[part.Length..];
    }
}
