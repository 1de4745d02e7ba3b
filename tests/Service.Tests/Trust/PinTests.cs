using System.Security.Cryptography;
using EncryptionService.Compliance;
using EncryptionService.Contracts.Membership;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Tests.Rooms;
using EncryptionService.Service.Trust;
using Xunit;

namespace EncryptionService.Service.Tests.Trust;

/// <summary>Whose keys are whose (docs/spec/membership.md, section 5), through the door.</summary>
public sealed class PinTests : RoomsTest
{
    private readonly Person alice = new("alice");
    private readonly Person bob = new("bob");

    [Fact]
    public async Task Other_keys_without_a_proof_are_refused_and_the_rest_goes_on()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        await TakeAsync(service, Story.Removed(alice));

        var receipt = await TakeAsync(service, Story.Added(alice.WithNewKeys(), bob));

        AssertMember(receipt, alice, MemberOutcome.Refused, Reason.KeyNotPinned);
        AssertMember(receipt, bob, MemberOutcome.Wrapped);
        Assert.Equal(["bob"], (await service.GetGroupAsync()).Roster.Select(entry => entry.MemberId));
    }

    [Fact]
    public async Task A_change_signed_by_the_old_key_moves_the_pin_and_the_old_keys_open_nothing_new()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice, bob));
        var next = alice.WithNewKeys(Suite.Hpke7);

        var receipt = await TakeAsync(service, Story.Rekeyed(next, alice.Keys.Sign(alice.ChangeTo(next, 1, Place.Time))));

        AssertMember(receipt, next, MemberOutcome.Wrapped);
        Assert.Equal(2UL, receipt.Epoch);
        Assert.Equal((next.Ids, 2UL), PinOf(service));
        using var opened = await service.OpenAsync(next);
        Assert.Equal(OpenOutcome.Opened, opened!.Outcome);
        using var old = await service.OpenAsync(alice);
        Assert.NotEqual(OpenOutcome.Opened, old!.Outcome);
        Assert.Equal(["rekeyed"], Parse((await service.StateAsync()).Statement).Why);
    }

    [Fact]
    public async Task A_change_signed_by_an_operator_moves_the_pin()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        var next = alice.WithNewKeys();

        var receipt = await TakeAsync(service, Story.Rekeyed(next, JwsSigner.Sign(Place.Operator, alice.ChangeTo(next, 1, Place.Time))));

        AssertMember(receipt, next, MemberOutcome.Wrapped);
    }

    [Fact]
    public async Task A_further_group_gets_the_same_change_without_a_look_at_the_document()
    {
        var service = await StartAsync();
        var other = new Story(Place.Time, "g2");
        await service.ApplyAsync(Story.Created(), Story.Added(alice), other.Created(), other.Added(alice));
        var next = alice.WithNewKeys();
        var document = alice.Keys.Sign(alice.ChangeTo(next, 1, Place.Time));
        await TakeAsync(service, Story.Rekeyed(next, document));
        Place.Time.Now += TimeSpan.FromDays(40);

        var receipt = await TakeAsync(service, other.Rekeyed(next, document));

        AssertMember(receipt, next, MemberOutcome.Wrapped);
        Assert.Equal((next.Ids, 2UL), PinOf(service));
    }

    [Fact]
    public async Task A_change_for_somebody_outside_the_roster_moves_the_pin_and_adds_nobody()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice, bob));
        await TakeAsync(service, Story.Removed(alice));
        var next = alice.WithNewKeys();

        var receipt = await TakeAsync(service, Story.Rekeyed(next, alice.Keys.Sign(alice.ChangeTo(next, 1, Place.Time))));

        AssertMember(receipt, next, MemberOutcome.Removed);
        Assert.Equal((next.Ids, 2UL, 2UL), (PinOf(service).Keys, PinOf(service).Counter, receipt.Epoch));
        Assert.Equal(["bob"], (await service.GetGroupAsync()).Roster.Select(entry => entry.MemberId));
    }

    [Theory]
    [InlineData("stranger")]
    [InlineData("core")]
    [InlineData("signature")]
    [InlineData("operator's signature")]
    [InlineData("new key")]
    [InlineData("other member's key")]
    [InlineData("organization")]
    [InlineData("member")]
    [InlineData("counter")]
    [InlineData("old")]
    [InlineData("new")]
    [InlineData("expired")]
    [InlineData("future")]
    [InlineData("long-lived")]
    [InlineData("text")]
    public async Task A_wrong_change_is_refused_and_pins_nothing(string wrong)
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice, bob));
        var next = alice.WithNewKeys();
        var now = Place.Time.Seconds;
        var right = alice.ChangeTo(next, 1, Place.Time);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var document = wrong switch
        {
            "stranger" => JwsSigner.Sign(stranger, right),
            "core" => JwsSigner.Sign(Place.CoreKey, right),
            "signature" => Jws.Assemble(right.SigningInput(alice.Ids.Signing), new byte[64]),
            "operator's signature" => Jws.Assemble(right.SigningInput(SigningJwk.Of(Place.Operator).Thumbprint), new byte[64]),
            "new key" => next.Keys.Sign(right),
            "other member's key" => bob.Keys.Sign(right),
            "organization" => alice.Keys.Sign(right with { Organization = IdOf.Organization("o2") }),
            "member" => alice.Keys.Sign(right with { Member = bob.Member }),
            "counter" => alice.Keys.Sign(right with { Counter = 2 }),
            "old" => alice.Keys.Sign(right with { Old = bob.Ids }),
            "new" => alice.Keys.Sign(right with { New = bob.Ids }),
            "expired" => alice.Keys.Sign(right with { IssuedAt = now - 500, ExpiresAt = now - 60 }),
            "future" => alice.Keys.Sign(right with { IssuedAt = now + 61, ExpiresAt = now + 100 }),
            "long-lived" => alice.Keys.Sign(right with { ExpiresAt = now + (31 * 86_400) + 1 }),
            _ => "no.change.here",
        };

        var receipt = await TakeAsync(service, Story.Rekeyed(next, document));

        AssertMember(receipt, next, MemberOutcome.Refused, Reason.KeyChangeInvalid);
        Assert.Equal(1UL, receipt.Epoch);
        Assert.Equal((alice.Ids, 1UL), PinOf(service));
    }

    [Fact]
    public async Task A_change_is_good_once()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        var next = alice.WithNewKeys();
        var there = alice.Keys.Sign(alice.ChangeTo(next, 1, Place.Time));
        await TakeAsync(service, Story.Rekeyed(next, there));
        await TakeAsync(service, Story.Rekeyed(alice, next.Keys.Sign(next.ChangeTo(alice, 2, Place.Time))));

        var receipt = await TakeAsync(service, Story.Rekeyed(next, there));

        AssertMember(receipt, next, MemberOutcome.Refused, Reason.KeyChangeInvalid);
        Assert.Equal((alice.Ids, 3UL), PinOf(service));
    }

    [Theory]
    [InlineData("HPKE-3", Reason.KeyUnsupported)]
    [InlineData("HPKE-0", Reason.KeyUnsupported)]
    [InlineData("HPKE-9", Reason.KeyUnsupported)]
    [InlineData("low order", Reason.KeyInvalid)]
    [InlineData("too large", Reason.KeyInvalid)]
    [InlineData("short", Reason.KeyInvalid)]
    [InlineData("private", Reason.KeyInvalid)]
    [InlineData("text", Reason.KeyInvalid)]
    [InlineData("empty", Reason.KeyInvalid)]
    [InlineData("signing off curve", Reason.KeyInvalid)]
    [InlineData("signing text", Reason.KeyInvalid)]
    public async Task An_unusable_key_refuses_that_member_only_and_pins_nothing(string fault, Reason reason)
    {
        var service = await StartAsync(("Service:Suites", "HPKE-4,HPKE-7"));
        var claim = (fault switch { "HPKE-3" => new Person("alice", Suite.Hpke3), "HPKE-0" => new Person("alice", Suite.Hpke0), _ => alice }).Claim();
        var keys = claim.Keys;
        var x = Base64UrlText.Encode(alice.Keys.Public.Hpke.PublicKey.Span);
        switch (fault)
        {
            case "HPKE-9":
                keys.HpkeJwk = keys.HpkeJwk.Replace("HPKE-4", "HPKE-9", StringComparison.Ordinal);
                break;
            case "low order":
                keys.HpkeJwk = keys.HpkeJwk.Replace(x, Base64UrlText.Encode(new byte[32]), StringComparison.Ordinal);
                break;
            case "too large":
                keys.HpkeJwk = keys.HpkeJwk.Replace(x, Base64UrlText.Encode([.. Enumerable.Repeat((byte)0xff, 31), 0x7f]), StringComparison.Ordinal);
                break;
            case "short":
                keys.HpkeJwk = keys.HpkeJwk.Replace(x, Base64UrlText.Encode(new byte[31]), StringComparison.Ordinal);
                break;
            case "private":
                keys.HpkeJwk = keys.HpkeJwk.Replace("{", $$"""{"d":"{{x}}",""", StringComparison.Ordinal);
                break;
            case "text":
                keys.HpkeJwk = "no key";
                break;
            case "empty":
                keys.HpkeJwk = "";
                break;
            case "signing off curve":
                keys.SigningJwk = """{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","alg":"ES256"}""";
                break;
            case "signing text":
                keys.SigningJwk = "no key";
                break;
            default:
                break;
        }

        var receipts = await service.ApplyAsync(Story.Created(), Story.Added(claim, bob.Claim()));

        AssertMember(receipts[1], alice, MemberOutcome.Refused, reason);
        AssertMember(receipts[1], bob, MemberOutcome.Wrapped);
        Assert.Null(service.Get<PinBook>().State.Find(alice.Member));
    }

    [Fact]
    public async Task A_pin_is_written_before_the_group_that_relies_on_it()
    {
        Fault faulty = new();
        await using var service = await InProcessService.StartAsync(Place, faulty.Wrap);
        faulty.Ledger!.Arm(3, FaultMode.DieBefore); // members: create, append; then the group's creation

        await Assert.ThrowsAnyAsync<Exception>(() => service.ApplyAsync(Story.Created(), Story.Added(alice)));

        var restarted = await StartAsync();
        Assert.Equal(alice.Ids, PinOf(restarted).Keys);
        Assert.False((await restarted.GetGroupAsync()).Exists);
    }

    [Fact]
    public async Task Pins_that_were_cut_off_make_the_group_that_relied_on_them_unreadable()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        Assert.True(Place.Memory.Segments.Remove((StreamName.Members, 1)));

        var restarted = await StartAsync();

        await RefusedAsync(Grpc.Core.StatusCode.DataLoss, () => restarted.GetGroupAsync());
    }

    private static (KeyIds Keys, ulong Counter) PinOf(InProcessService service)
    {
        var pin = service.Get<PinBook>().State.Find(IdOf.Member("alice"))!;
        return (pin.Keys.Ids, pin.Counter);
    }

    private sealed class Fault
    {
        public FaultyLedger? Ledger { get; private set; }

        public ILedger Wrap(ILedger inner) => Ledger = new FaultyLedger(inner);
    }
}
