using System.Security.Cryptography;
using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Service.Tests.Rooms;
using Grpc.Core;
using Xunit;

namespace EncryptionService.Service.Tests.Trust;

/// <summary>Level approved: first keys need an operator's word.</summary>
public sealed class ApprovalTests : RoomsTest
{
    private static readonly (string, string?) Approved = ("Service:TrustLevel", "Approved");

    private readonly Person alice = new("alice");
    private readonly Person bob = new("bob");

    [Fact]
    public async Task First_keys_wait_for_the_operator_and_are_pinned_then()
    {
        var service = await StartAsync(Approved);
        await TakeAsync(service, Story.Created());
        var pending = await TakeAsync(service, Story.Added(alice, bob));
        AssertMember(pending, alice, MemberOutcome.Refused, Reason.ApprovalPending);
        Assert.Equal(0UL, pending.Epoch);

        var answer = await service.SubmitAsync(JwsSigner.Sign(Place.Operator, Claims(alice)));

        Assert.Equal(1U, answer.Accepted);
        var receipt = await TakeAsync(service, Story.Added(alice, bob));
        AssertMember(receipt, alice, MemberOutcome.Wrapped);
        AssertMember(receipt, bob, MemberOutcome.Refused, Reason.ApprovalPending);
    }

    [Fact]
    public async Task An_approval_covers_exactly_its_keys()
    {
        var service = await StartAsync(Approved);
        await TakeAsync(service, Story.Created());
        await service.SubmitAsync(JwsSigner.Sign(Place.Operator, Claims(alice)));

        var receipt = await TakeAsync(service, Story.Added(alice.WithNewKeys()));

        AssertMember(receipt, alice, MemberOutcome.Refused, Reason.ApprovalPending);
    }

    [Fact]
    public async Task An_approval_outlives_restarts_rolls_and_its_own_expiry()
    {
        var service = await StartAsync(Approved, ("Ledger:SegmentFrames", "1"));
        await TakeAsync(service, Story.Created());
        await service.SubmitAsync(JwsSigner.Sign(Place.Operator, Claims(alice)));
        await service.SubmitAsync(JwsSigner.Sign(Place.Operator, Claims(bob)));
        await TakeAsync(service, Story.Added(bob));
        Place.Time.Now += TimeSpan.FromDays(2);

        var restarted = await StartAsync(Approved, ("Ledger:SegmentFrames", "1"));

        AssertMember(await TakeAsync(restarted, Story.Added(alice)), alice, MemberOutcome.Wrapped);
    }

    [Fact]
    public async Task A_member_with_other_pinned_keys_is_named()
    {
        var service = await StartAsync(Approved);
        await TakeAsync(service, Story.Created());
        await service.SubmitAsync(JwsSigner.Sign(Place.Operator, Claims(alice)));
        await TakeAsync(service, Story.Added(alice));

        var answer = await service.SubmitAsync(JwsSigner.Sign(Place.Operator, Claims(alice.WithNewKeys(), bob)));

        Assert.Equal(1U, answer.Accepted);
        var refused = Assert.Single(answer.Members);
        Assert.Equal(("alice", Reason.KeyNotPinned), (refused.MemberId, refused.Reason));
    }

    [Theory]
    [InlineData("stranger")]
    [InlineData("core")]
    [InlineData("signature")]
    [InlineData("organization")]
    [InlineData("expired")]
    [InlineData("future")]
    [InlineData("long-lived")]
    [InlineData("text")]
    [InlineData("empty")]
    public async Task A_wrong_approval_is_refused_with_a_reason_and_approves_nothing(string wrong)
    {
        var service = await StartAsync(Approved);
        await TakeAsync(service, Story.Created());
        var now = Place.Time.Seconds;
        var right = Claims(alice);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var document = wrong switch
        {
            "stranger" => JwsSigner.Sign(stranger, right),
            "core" => JwsSigner.Sign(Place.CoreKey, right),
            "signature" => Jws.Assemble(right.SigningInput(SigningJwk.Of(Place.Operator).Thumbprint), new byte[64]),
            "organization" => JwsSigner.Sign(Place.Operator, right with { Organization = IdOf.Organization("o2") }),
            "expired" => JwsSigner.Sign(Place.Operator, right with { IssuedAt = now - 500, ExpiresAt = now - 60 }),
            "future" => JwsSigner.Sign(Place.Operator, right with { IssuedAt = now + 61, ExpiresAt = now + 90 }),
            "long-lived" => JwsSigner.Sign(Place.Operator, right with { ExpiresAt = now + (31 * 86_400) + 1 }),
            "text" => "what is this",
            _ => "",
        };

        var refusal = await RefusedAsync(StatusCode.InvalidArgument, () => service.SubmitAsync(document));

        Assert.StartsWith("document: ", refusal.Status.Detail, StringComparison.Ordinal);
        AssertMember(await TakeAsync(service, Story.Added(alice)), alice, MemberOutcome.Refused, Reason.ApprovalPending);
    }

    private Approval Claims(params Person[] people) => new()
    {
        Organization = Place.Organization,
        Members = [.. people.Select(person => new ApprovedMember(person.Member, person.Ids))],
        IssuedAt = Place.Time.Seconds,
        ExpiresAt = Place.Time.Seconds + 3_600,
        Id = "approval-1",
    };
}
