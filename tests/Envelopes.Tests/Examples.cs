using EncryptionService.Formats;

namespace EncryptionService.Envelopes.Tests;

/// <summary>The whole story once, to be read from top to bottom.</summary>
public sealed class Examples
{
    [Fact]
    public void A_member_opens_the_key_of_a_group_and_what_the_group_had_before()
    {
        // The service: an identity certified by the organization key, and a group with two members.
        using var world = new World("acme", "treasury");
        var alice = new Person("alice");
        var bob = new Person("bob", Suite.Hpke7);
        world.Add(alice, bob);

        // Alice's client gets an envelope, statements, a proof and a certificate from a core that it does not trust.
        using var first = Opener.Open(world.RequestOf(alice));
        Assert.Equal(OpenOutcome.Opened, first.Outcome);
        Assert.True(first.Key!.FixedTimeEquals(world.Key!));

        // Bob leaves: a new key, which his envelope does not hold.
        var oldEnvelope = world.EnvelopeOf(bob);
        world.Remove(bob);
        using var bobs = Opener.Open(world.RequestOf(bob) with { Envelope = oldEnvelope });
        Assert.Equal((OpenOutcome.Forged, OpenReason.EnvelopeMoved), (bobs.Outcome, bobs.Reason));

        // Alice continues from what she remembers, opens the new key, and still reads what was written under the old one.
        using var second = Opener.Open(world.RequestOf(alice, first.Memory));
        Assert.Equal(OpenOutcome.Opened, second.Outcome);
        Assert.False(second.Key!.FixedTimeEquals(first.Key!));
        using var older = History.TryRead(second.Key!, second.Statements, epoch: 1);
        Assert.True(older!.FixedTimeEquals(first.Key!));
    }

    [Fact]
    public void A_group_that_people_made_before_keeps_its_key_as_history()
    {
        using var world = new World();
        var owner = new Person("owner");
        using var existing = VaultKey.Import(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32 });

        // The owner's client verifies the certificate, seals the key to its adoption key, and signs.
        Assert.True(IdentityCertificate.TryParse(world.Certificates[0], out var certificate, out _));
        Assert.True(certificate.VerifiedUnder(world.Pin, world.Organization));
        var document = owner.Secret.Sign(new Adoption
        {
            Organization = world.Organization,
            Group = world.Group,
            Member = owner.Member,
            Identity = certificate.Identity.Thumbprint,
            SealedKey = AdoptedKey.Seal(existing, certificate.Adoption, world.Organization, world.Group, owner.Member),
            IssuedAt = Claims.Now,
            ExpiresAt = Claims.Now + 600,
        });

        // The service verifies the word, opens the key, and mints epoch 1 at once.
        Assert.True(Adoption.TryParse(document, out var adoption, out _));
        Assert.True(adoption.VerifiedBy(owner.Secret.Public.Signing) && adoption.IsTimely(Claims.Clock, out _));
        using var adopted = AdoptedKey.TryOpen(adoption.SealedKey, world.Adoption, world.Organization, world.Group, owner.Member);
        world.Adopt(adopted!);
        world.Add(owner);

        using var opened = Opener.Open(world.RequestOf(owner));
        Assert.Equal(OpenOutcome.Opened, opened.Outcome);
        using var history = History.TryRead(opened.Key!, opened.Statements, epoch: 0);
        Assert.True(history!.FixedTimeEquals(existing));
    }
}
