using System.Security.Cryptography;
using EncryptionService.Formats;

namespace EncryptionService.Envelopes.Tests;

/// <summary>What a hostile core, storage or member can try on a client (threat model). Every test fails when its defence is taken out.</summary>
public sealed class AttackTests : IDisposable
{
    private readonly World world = new();
    private readonly Person alice = new("alice");
    private readonly Person bob = new("bob");

    public AttackTests() => world.Add(alice, bob);

    public void Dispose()
    {
        world.Dispose();
        alice.Secret.Dispose();
        bob.Secret.Dispose();
    }

    [Fact]
    public void An_envelope_moved_to_a_later_epoch_does_not_open()
    {
        var old = world.EnvelopeOf(alice);
        world.Rotate();
        AssertForged(OpenReason.EnvelopeMoved, world.RequestOf(alice) with { Envelope = old });
    }

    [Fact]
    public void An_envelope_moved_to_another_group_does_not_open()
    {
        using var other = new World("o1", "g2");
        other.Add(alice);
        AssertForged(OpenReason.EnvelopeMoved, world.RequestOf(alice) with { Envelope = other.EnvelopeOf(alice) });
    }

    [Fact]
    public void An_envelope_moved_to_another_organization_does_not_open()
    {
        using var other = new World("o2", "g1");
        other.Add(alice);
        AssertForged(OpenReason.EnvelopeMoved, world.RequestOf(alice) with { Envelope = other.EnvelopeOf(alice) });
    }

    [Fact]
    public void An_envelope_moved_to_another_member_is_not_for_her()
        => AssertOutcome(OpenOutcome.NotForMe, OpenReason.OtherMember, world.RequestOf(alice) with { Envelope = world.EnvelopeOf(bob) });

    [Fact]
    public void An_envelope_for_a_key_that_the_member_no_longer_has_is_not_for_her()
    {
        using var fresh = MemberPrivateKeys.Generate(Suite.Hpke4);
        AssertOutcome(OpenOutcome.NotForMe, OpenReason.OtherKey, world.RequestOf(alice) with { Keys = fresh });
    }

    [Theory]
    [InlineData("org", "\"o2\"")]
    [InlineData("grp", "\"g2\"")]
    [InlineData("epo", "2")]
    public void A_header_rewritten_to_fit_another_place_does_not_open(string member, string value)
    {
        // The place is made to fit the rewritten header, so that only the authenticated header stands in the way.
        using var place = new World(member == "org" ? "o2" : "o1", member == "grp" ? "g2" : "g1");
        place.Add(alice);
        if (member == "epo")
        {
            place.Rotate();
        }

        var parts = world.EnvelopeOf(alice).Split('.');
        Assert.True(Base64UrlText.TryDecode(parts[0], out var header));
        parts[0] = Base64UrlText.Encode(System.Text.Encoding.UTF8.GetBytes(
            Claims.Edit(System.Text.Encoding.UTF8.GetString(header), member, value)));
        AssertForged(OpenReason.DoesNotOpen, place.RequestOf(alice) with { Envelope = string.Join('.', parts) });
    }

    [Fact]
    public void The_statements_of_another_group_are_refused_even_when_everything_fits_them()
    {
        using var other = new World("o1", "g2");
        other.Add(alice);
        AssertForged(OpenReason.OtherGroup, other.RequestOf(alice) with { Group = world.Group });
    }

    [Fact]
    public void A_statement_by_somebody_else_is_forged()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var head = world.Head!;
        var input = head.SigningInput(head.Issuer);
        var forged = Jws.Assemble(input, stranger.SignData(input, HashAlgorithmName.SHA256));
        AssertForged(OpenReason.SignatureInvalid, world.RequestOf(alice) with { Statements = [forged] });
    }

    [Fact]
    public void A_statement_before_an_identity_change_must_be_signed_by_the_identity_before()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        world.ReplaceIdentity();
        world.Rotate();
        var request = world.RequestOf(alice);
        AssertOutcome(OpenOutcome.Opened, OpenReason.None, request);
        Assert.True(Statement.TryParse(request.Statements[0], out var first, out _));
        var input = first.SigningInput(first.Issuer);
        var forged = Jws.Assemble(input, stranger.SignData(input, HashAlgorithmName.SHA256));
        AssertForged(OpenReason.SignatureInvalid, request with { Statements = [forged, request.Statements[1]] });
    }

    [Fact]
    public void An_identity_on_the_way_that_nobody_certified_is_forged()
    {
        world.ReplaceIdentity();
        world.Rotate();
        var request = world.RequestOf(alice);
        AssertForged(OpenReason.SignatureInvalid, request with { Certificates = [request.Certificates[1]] });
    }

    [Fact]
    public void A_certificate_by_another_organization_key_is_forged()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        AssertForged(OpenReason.CertificateInvalid, world.RequestOf(alice) with { Certificates = [world.Certify(world.Identity, 1, stranger)] });
    }

    [Fact]
    public void A_certificate_for_another_organization_is_forged()
    {
        var request = world.RequestOf(alice);
        AssertForged(OpenReason.CertificateInvalid, request with { Organization = Ids.Organization("o2") });
    }

    [Fact]
    public void Without_a_pin_or_a_certificate_for_the_head_nothing_is_handed_out()
    {
        AssertOutcome(OpenOutcome.Unverified, OpenReason.NothingPinned, world.RequestOf(alice) with { PinnedOrganization = null });
        AssertOutcome(OpenOutcome.Unverified, OpenReason.NoCertificate, world.RequestOf(alice) with { Certificates = [] });
    }

    [Fact]
    public void A_rollback_to_an_older_revision_is_refused()
    {
        var old = world.RequestOf(alice);
        world.Rotate();
        using var opened = Opener.Open(world.RequestOf(alice));
        AssertForged(OpenReason.RolledBack, old with { Memory = opened.Memory });
    }

    [Fact]
    public void A_fork_of_the_remembered_revision_is_refused()
    {
        using var opened = Opener.Open(world.RequestOf(alice));
        using var fork = new World();
        fork.Add(alice);
        var forked = fork.RequestOf(alice) with { Memory = opened.Memory, PinnedOrganization = fork.Pin };
        AssertForged(OpenReason.Forked, forked);
        fork.Rotate();
        AssertForged(OpenReason.Forked, fork.RequestOf(alice) with { Memory = opened.Memory, Statements = [fork.Statements[1]] });
    }

    [Fact]
    public void An_epoch_that_goes_back_in_a_continuing_statement_is_refused()
    {
        using var opened = Opener.Open(world.RequestOf(alice));
        var memory = opened.Memory! with { Epoch = 5 };
        world.Append(next => next);
        AssertForged(OpenReason.RolledBack, world.RequestOf(alice, memory) with { Statements = [world.Statements[1]] });
    }

    [Fact]
    public void An_epoch_that_goes_back_and_forth_again_is_refused()
    {
        using var opened = Opener.Open(world.RequestOf(alice));
        world.Append(next => next);
        world.Rotate();
        var request = world.RequestOf(alice, opened.Memory! with { Epoch = 2 });
        AssertForged(OpenReason.RolledBack, request with { Statements = [.. request.Statements.Skip(1)] });
    }

    [Fact]
    public void A_gap_in_the_statements_is_refused()
    {
        world.Rotate();
        world.Rotate();
        var request = world.RequestOf(alice);
        AssertForged(OpenReason.ChainBroken, request with { Statements = [request.Statements[0], request.Statements[2]] });
        AssertForged(OpenReason.ChainBroken, request with { Statements = [request.Statements[2]] });
        AssertForged(OpenReason.StatementMalformed, request with { Statements = [] });
    }

    [Fact]
    public void A_gap_after_the_remembered_head_is_refused()
    {
        using var opened = Opener.Open(world.RequestOf(alice));
        world.Rotate();
        world.Rotate();
        AssertForged(OpenReason.ChainBroken, world.RequestOf(alice, opened.Memory) with { Statements = [world.Statements[2]] });
    }

    [Fact]
    public void A_second_key_for_the_same_epoch_breaks_the_chain()
    {
        world.Append(next => next with { Commitment = Digest32.Of("another key"u8) });
        AssertForged(OpenReason.ChainBroken, world.RequestOf(alice));
    }

    [Fact]
    public void An_older_generation_of_the_identity_is_refused_once_a_newer_one_was_seen()
    {
        using var opened = Opener.Open(world.RequestOf(alice));
        AssertForged(OpenReason.RolledBack, world.RequestOf(alice, opened.Memory! with { Generation = 2 }));
    }

    [Fact]
    public void A_head_under_an_older_generation_than_another_group_showed_is_refused()
    {
        using var opened = Opener.Open(world.RequestOf(alice));
        Assert.Equal(1ul, opened.Memory!.Generation);
        AssertForged(OpenReason.RolledBack, world.RequestOf(alice) with { LeastGeneration = 2 });
        world.Rotate();
        AssertForged(OpenReason.RolledBack, world.RequestOf(alice, opened.Memory) with { LeastGeneration = 2 });
        AssertOutcome(OpenOutcome.Opened, OpenReason.None, world.RequestOf(alice, opened.Memory) with { LeastGeneration = 1 });
    }

    [Fact]
    public void What_a_member_has_goes_on_to_open_though_another_group_showed_a_newer_generation()
    {
        using var opened = Opener.Open(world.RequestOf(alice));
        AssertOutcome(OpenOutcome.Opened, OpenReason.None, world.RequestOf(alice, opened.Memory) with { LeastGeneration = 2 });
    }

    [Fact]
    public void A_return_to_an_older_identity_within_the_chain_is_refused()
    {
        using var old = ECDsa.Create(world.Identity.ExportParameters(includePrivateParameters: true));
        world.ReplaceIdentity();
        world.Rotate();
        var stolen = JwsSigner.Sign(old, world.Head! with
        {
            Issuer = SigningJwk.Of(old).Thumbprint,
            Revision = 3,
            Previous = world.Head!.Hash,
        });
        var request = world.RequestOf(alice);
        AssertForged(OpenReason.RolledBack, request with { Statements = [.. request.Statements, stolen] });
    }

    [Fact]
    public void A_weaker_suite_than_one_seen_before_is_refused()
    {
        var weak = new Person("carol", Suite.Hpke3);
        world.Add(weak);
        using var opened = Opener.Open(world.RequestOf(weak));
        Assert.Equal(OpenOutcome.Opened, opened.Outcome);
        AssertForged(OpenReason.SuiteDowngraded, world.RequestOf(weak, opened.Memory! with { StrongestSuite = Suite.Hpke4 }));
    }

    [Fact]
    public void A_suite_that_the_statement_does_not_allow_is_refused()
    {
        world.Suites = [Suite.Hpke7];
        world.Rotate();
        AssertForged(OpenReason.SuiteDowngraded, world.RequestOf(alice));
    }

    [Fact]
    public void The_strongest_suite_seen_is_remembered()
    {
        using var opened = Opener.Open(world.RequestOf(alice));
        Assert.Equal(Suite.Hpke4, opened.Memory!.StrongestSuite);
    }

    [Fact]
    public void A_member_outside_the_roster_is_refused_even_with_a_good_envelope()
    {
        var mallory = new Person("mallory");
        var envelope = Wrapper.Wrap(world.Key!, world.Organization, world.Group, world.Epoch, [mallory.Recipient])[0].Jwe;
        var proof = world.Roster.Prove(alice.Member)!.ToJson();
        AssertForged(OpenReason.NotInRoster, world.RequestOf(mallory) with { Envelope = envelope, Proof = proof });
        AssertForged(OpenReason.NotInRoster, world.RequestOf(alice) with { Proof = "[]" });
        AssertForged(OpenReason.NotInRoster, world.RequestOf(alice) with { Proof = "{}" });
    }

    [Fact]
    public void A_key_that_the_statement_does_not_commit_to_is_refused()
    {
        using var planted = VaultKey.Generate();
        var envelope = Wrapper.Wrap(planted, world.Organization, world.Group, world.Epoch, [alice.Recipient])[0].Jwe;
        AssertForged(OpenReason.CommitmentMismatch, world.RequestOf(alice) with { Envelope = envelope });
    }

    [Fact]
    public void A_deleted_group_opens_no_more()
    {
        world.Delete();
        AssertForged(OpenReason.GroupEnded, world.RequestOf(alice));
    }

    [Fact]
    public void Nothing_continues_a_final_statement()
    {
        world.Delete();
        world.Append(next => next);
        AssertForged(OpenReason.ChainBroken, world.RequestOf(alice));
    }

    [Fact]
    public void A_removed_member_cannot_open_the_next_epoch()
    {
        world.Remove(bob);
        foreach (var (_, _, jwe) in Wrapper.Wrap(world.Key!, world.Organization, world.Group, world.Epoch, [alice.Recipient]))
        {
            AssertOutcome(OpenOutcome.NotForMe, OpenReason.OtherMember, world.RequestOf(bob) with { Envelope = jwe });
        }
    }

    [Fact]
    public void The_malleable_signature_does_not_change_the_statement_hash()
    {
        var parts = world.Statements[0].Split('.');
        Assert.True(Base64UrlText.TryDecode(parts[2], out var signature));
        var order = new System.Numerics.BigInteger(Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), true, true);
        var flipped = (order - new System.Numerics.BigInteger(signature.AsSpan(32), true, true)).ToByteArray(true, true);
        signature.AsSpan(32).Clear();
        flipped.CopyTo(signature.AsSpan(64 - flipped.Length));
        var twin = $"{parts[0]}.{parts[1]}.{Base64UrlText.Encode(signature)}";

        Assert.True(Statement.TryParse(twin, out var statement, out _));
        Assert.NotEqual(world.Statements[0], twin);
        Assert.True(statement.VerifiedBy(SigningJwk.Of(world.Identity)));
        Assert.Equal(world.Head!.Hash, statement.Hash);
    }

    [Fact]
    public void An_envelope_that_is_none_is_forged_and_a_statement_or_certificate_that_is_none_too()
    {
        AssertForged(OpenReason.EnvelopeMalformed, world.RequestOf(alice) with { Envelope = "a.b..c." });
        AssertForged(OpenReason.StatementMalformed, world.RequestOf(alice) with { Statements = ["a.b.c"] });
        AssertForged(OpenReason.CertificateInvalid, world.RequestOf(alice) with { Certificates = ["a.b.c"] });
    }

    private static void AssertForged(OpenReason reason, OpenRequest request) => AssertOutcome(OpenOutcome.Forged, reason, request);

    private static void AssertOutcome(OpenOutcome outcome, OpenReason reason, OpenRequest request)
    {
        using var result = Opener.Open(request);
        Assert.Equal((outcome, reason), (result.Outcome, result.Reason));
        Assert.Equal(outcome == OpenOutcome.Opened, result.Key is not null);
        Assert.Equal(outcome == OpenOutcome.Opened, result.Memory is not null);
    }
}
