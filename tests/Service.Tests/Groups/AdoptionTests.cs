using EncryptionService.Contracts.Membership;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Service.Tests.Rooms;
using Xunit;

namespace EncryptionService.Service.Tests.Groups;

/// <summary>An existing group's key is taken over (docs/spec/envelope.md, section 10).</summary>
public sealed class AdoptionTests : RoomsTest
{
    private readonly Person alice = new("alice");
    private readonly Person bob = new("bob");
    private readonly VaultKey adopted = VaultKey.Generate();

    [Fact]
    public async Task The_adopted_key_is_epoch_0_behind_the_link_of_every_later_epoch()
    {
        var service = await StartAsync();
        await PinAliceAsync(service);

        var receipts = await service.ApplyAsync(Story.Created(), Story.Adopted(Document(service)), Story.Added(alice, bob));

        Assert.All(receipts, receipt => Assert.Equal((Outcome.Applied, 1UL), (receipt.Outcome, receipt.Epoch)));
        await AssertHistoryAsync(service, alice);
        await TakeAsync(service, Story.Rotated());
        await AssertHistoryAsync(service, bob);
        Assert.Equal(["added", "adopted", "created"], Parse((await service.GetGroupAsync()).Statements[0]).Why);
    }

    [Fact]
    public async Task An_adoption_mints_at_once_even_for_nobody()
    {
        var service = await StartAsync();
        await PinAliceAsync(service);

        var receipts = await service.ApplyAsync(Story.Created(), Story.Adopted(Document(service)));

        Assert.Equal(1UL, receipts[1].Epoch);
        await TakeAsync(service, Story.Added(bob));
        await AssertHistoryAsync(service, bob);
    }

    [Fact]
    public async Task A_group_with_an_epoch_refuses_adoption()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        var before = await service.StateAsync();

        var receipt = Assert.Single(await service.ApplyAsync(Story.Adopted(Document(service))));

        Assert.Equal((Outcome.Rejected, Reason.GroupHasEpoch, 1UL), (receipt.Outcome, receipt.Reason, receipt.Epoch));
        Assert.Equal(before.Key, (await service.StateAsync()).Key);
    }

    [Fact]
    public async Task A_second_adoption_in_the_same_unit_is_refused()
    {
        var service = await StartAsync();
        await PinAliceAsync(service);

        var receipts = await service.ApplyAsync(Story.Created(), Story.Adopted(Document(service)), Story.Adopted(Document(service)));

        Assert.Equal([Outcome.Applied, Outcome.Applied, Outcome.Rejected], receipts.Select(receipt => receipt.Outcome));
        Assert.Equal(Reason.GroupHasEpoch, receipts[2].Reason);
    }

    [Theory]
    [InlineData("signer")]
    [InlineData("signature")]
    [InlineData("nobody")]
    [InlineData("organization")]
    [InlineData("group")]
    [InlineData("member")]
    [InlineData("identity")]
    [InlineData("sealed to another key")]
    [InlineData("sealed for another group")]
    [InlineData("sealed for another owner")]
    [InlineData("sealed text")]
    [InlineData("expired")]
    [InlineData("future")]
    [InlineData("text")]
    public async Task A_wrong_adoption_is_rejected_takes_its_number_and_changes_nothing(string wrong)
    {
        var service = await StartAsync();
        await PinAliceAsync(service);
        await TakeAsync(service, Story.Created());
        var now = Place.Time.Seconds;
        var right = Claims(service);
        var key = service.Ring.Keys.Certificate.Adoption;
        using var otherKey = MemberPrivateKeys.Generate(Suite.Hpke4);
        var document = wrong switch
        {
            "signer" => bob.Keys.Sign(right),
            "signature" => Jws.Assemble(right.SigningInput(alice.Ids.Signing), new byte[64]),
            "nobody" => bob.Keys.Sign(right with { Member = bob.Member, SealedKey = Seal(key, "g1", "bob") }),
            "organization" => alice.Keys.Sign(right with { Organization = IdOf.Organization("o2") }),
            "group" => alice.Keys.Sign(right with { Group = IdOf.Group("g2") }),
            "member" => alice.Keys.Sign(right with { Member = bob.Member }),
            "identity" => alice.Keys.Sign(right with { Identity = alice.Ids.Signing }),
            "sealed to another key" => alice.Keys.Sign(right with { SealedKey = Seal(otherKey.Public.Hpke, "g1", "alice") }),
            "sealed for another group" => alice.Keys.Sign(right with { SealedKey = Seal(key, "g2", "alice") }),
            "sealed for another owner" => alice.Keys.Sign(right with { SealedKey = Seal(key, "g1", "bob") }),
            "sealed text" => alice.Keys.Sign(right with { SealedKey = right.SealedKey[..^8] + "AAAAAAA." }),
            "expired" => alice.Keys.Sign(right with { IssuedAt = now - 500, ExpiresAt = now - 60 }),
            "future" => alice.Keys.Sign(right with { IssuedAt = now + 61, ExpiresAt = now + 100 }),
            _ => "not.a.jws",
        };

        var receipt = Assert.Single(await service.ApplyAsync(Story.Adopted(document)));

        Assert.Equal((Outcome.Rejected, Reason.AdoptionInvalid, 3UL), (receipt.Outcome, receipt.Reason, receipt.NextSequence));
        Assert.Equal(0UL, (await service.StateAsync()).Epoch);
        await TakeAsync(service, Story.Adopted(alice.Keys.Sign(right)));
    }

    private static string Seal(VaultKey adopted, HpkeJwk key, string group, string owner)
        => AdoptedKey.Seal(adopted, key, IdOf.Organization("o1"), IdOf.Group(group), IdOf.Member(owner));

    private string Seal(HpkeJwk key, string group, string owner) => Seal(adopted, key, group, owner);

    private Adoption Claims(InProcessService service) => new()
    {
        Organization = Place.Organization,
        Group = IdOf.Group("g1"),
        Member = alice.Member,
        Identity = service.Ring.Keys.IdentityThumbprint,
        SealedKey = Seal(service.Ring.Keys.Certificate.Adoption, "g1", "alice"),
        IssuedAt = Place.Time.Seconds,
        ExpiresAt = Place.Time.Seconds + 600,
    };

    private string Document(InProcessService service) => alice.Keys.Sign(Claims(service));

    /// <summary>The owner's key is pinned by an earlier group.</summary>
    private async Task PinAliceAsync(InProcessService service)
    {
        var other = new Story(Place.Time, "g0");
        await service.ApplyAsync(other.Created(), other.Added(alice));
    }

    private async Task AssertHistoryAsync(InProcessService service, Person person)
    {
        using var opened = await service.OpenAsync(person);
        Assert.Equal(OpenOutcome.Opened, opened!.Outcome);
        using var oldest = History.TryRead(opened.Key!, opened.Statements, 0);
        Assert.True(oldest!.FixedTimeEquals(adopted));
    }
}
