using System.Text;
using System.Text.Json.Nodes;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.MemberApi;

/// <summary>docs/spec/member.md, section 6.</summary>
public sealed class KeyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Pinned_keys_are_replaced_by_a_change_that_the_service_will_see(DatabaseProvider provider)
    {
        await using var enrolled = await EnrolledCore.CreateAsync(provider);
        var alice = await enrolled.MemberAsync("alice");
        using var group = await enrolled.GroupAsync("Sales", alice);
        await enrolled.PostAsync(group, group.Add(alice));
        await enrolled.AcknowledgeAsync(group);
        var next = PersonDouble.Of(alice.Member.Value);

        var changed = await ChangeAsync(enrolled, alice, next, 1);
        var again = await ChangeAsync(enrolled, alice, next, 1, caller: next);

        Assert.Equal((200, 2, false), (changed.Status, (int)changed.Json!["counter"]!, (bool)changed.Json["pinned"]!));
        Assert.Equal(changed.Json.ToJsonString(), again.Json!.ToJsonString());
        Assert.Equal(["group_created", "members_added", "member_rekeyed"], await KindsAsync(enrolled));
        var row = await enrolled.ReadAsync(db => db.KeyChanges.SingleAsync(Cancellation));
        Assert.Equal((1, false), (row.Counter, row.Delivered));
        Assert.Equal(401, (await enrolled.CallAsync(alice, HttpMethod.Get, "/member/v1/me")).Status);
        Assert.Equal(1, await enrolled.ReadAsync(db => db.Audit.CountAsync(line => line.Action == "member.rekeyed", Cancellation)));
    }

    [Fact]
    public async Task Keys_that_nobody_pinned_are_replaced_without_a_change()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");
        var next = PersonDouble.Of(alice.Member.Value);

        var changed = await ChangeAsync(enrolled, alice, next, 1);

        Assert.Equal((200, 1), (changed.Status, (int)changed.Json!["counter"]!));
        Assert.False(await enrolled.ReadAsync(db => db.KeyChanges.AnyAsync(Cancellation)));
    }

    [Fact]
    public async Task Two_changes_before_the_service_saw_the_first_form_a_row()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");
        using var group = await enrolled.GroupAsync("Sales", alice);
        await enrolled.PostAsync(group, group.Add(alice));
        await enrolled.AcknowledgeAsync(group);
        await enrolled.Core.Get<Provisioning.Directory.GroupDirectory>().DeleteAsync("acme", group.Group.Value, Provisioning.Directory.Actor.System, Cancellation);
        var (second, third) = (PersonDouble.Of(alice.Member.Value), PersonDouble.Of(alice.Member.Value));

        Assert.Equal(200, (await ChangeAsync(enrolled, alice, second, 1)).Status);
        Assert.Equal(200, (await ChangeAsync(enrolled, second, third, 2)).Status);
        (await enrolled.GroupAsync("Other", third)).Dispose();

        Assert.Equal([1, 2], await enrolled.ReadAsync(db => db.KeyChanges.OrderBy(row => row.Counter).Select(row => row.Counter).ToListAsync(Cancellation)));
        Assert.Equal(["group_created", "member_rekeyed", "member_rekeyed", "members_added"], (await KindsAsync(enrolled))[^4..]);
    }

    [Fact]
    public async Task Keys_on_their_way_cannot_be_replaced()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");
        using var group = await enrolled.GroupAsync("Sales", alice);
        var next = PersonDouble.Of(alice.Member.Value);

        var early = await ChangeAsync(enrolled, alice, next, 1);
        await enrolled.Core.Get<Provisioning.Directory.GroupDirectory>().DeleteAsync("acme", group.Group.Value, Provisioning.Directory.Actor.System, Cancellation);
        var stillWaiting = await ChangeAsync(enrolled, alice, next, 1);
        group.Next(StatementReasons.Deleted);
        await enrolled.AcknowledgeAsync(group);

        Assert.Equal((409, "keys-on-their-way"), (early.Status, early.Word));
        Assert.Equal((409, "keys-on-their-way"), (stillWaiting.Status, stillWaiting.Word));
        Assert.Equal((200, 2), (await ChangeAsync(enrolled, alice, next, 1)) is var late ? (late.Status, (int)late.Json!["counter"]!) : default);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Keys_that_are_asked_for_again_after_a_refusal_are_on_their_way(DatabaseProvider provider)
    {
        await using var enrolled = await EnrolledCore.CreateAsync(provider);
        var alice = await enrolled.MemberAsync("alice");
        using var group = await enrolled.GroupAsync("Sales", alice);
        await enrolled.Core.Store.WriteAsync(
            async db =>
            {
                db.Refusals.Add(new RefusalRow
                {
                    GroupId = group.Group.Value,
                    MemberId = alice.Member.Value,
                    OrganizationId = "acme",
                    Reason = "APPROVAL_PENDING",
                    At = enrolled.Core.Time.GetUtcNow(),
                });
                await db.Events.ExecuteUpdateAsync(set => set.SetProperty(row => row.State, EventState.Done), Cancellation);
                await db.Rosters.ExecuteDeleteAsync(Cancellation);
            },
            Cancellation);

        // Suspended and restored: she is asked for once more, and an operator may have approved her keys meanwhile.
        await enrolled.Core.Store.WriteAsync(
            db => enrolled.Core.Get<Provisioning.Directory.EffectiveRoster>().TouchAsync(db, [group.Group.Value], [alice.Member.Value], Cancellation), Cancellation);
        var reply = await ChangeAsync(enrolled, alice, PersonDouble.Of(alice.Member.Value), 1);

        Assert.Equal((409, "keys-on-their-way"), (reply.Status, reply.Word));
        Assert.Equal(alice.Keys.Signing.ToString(), await enrolled.ReadAsync(db => db.MemberKeys.Select(row => row.Signing).SingleAsync(Cancellation)));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_two_changes_at_once_one_counts(DatabaseProvider provider)
    {
        await using var enrolled = await EnrolledCore.CreateAsync(provider);
        var alice = await enrolled.MemberAsync("alice");
        var next = Enumerable.Range(0, 5).Select(_ => PersonDouble.Of(alice.Member.Value)).ToList();

        var replies = await Task.WhenAll(next.Select(person => ChangeAsync(enrolled, alice, person, 1)));

        var winner = Assert.Single(replies.Index(), entry => entry.Item.Status == 200);
        Assert.All(replies.Where(reply => reply.Status != 200), reply => Assert.Equal(401, reply.Status));
        Assert.Equal(next[winner.Index].Keys.Signing.ToString(), await enrolled.ReadAsync(db => db.MemberKeys.Select(row => row.Signing).SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task A_change_that_is_not_as_it_must_be_is_refused()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var (alice, bob) = (await enrolled.MemberAsync("alice"), await enrolled.MemberAsync("bob"));
        var next = PersonDouble.Of(alice.Member.Value);
        var good = Change(enrolled, alice, next, 1);

        Assert.Equal("counter", (await ChangeAsync(enrolled, alice, next, 2)).Word);
        Assert.Equal("key-change-invalid", (await SendAsync(enrolled, alice, "nonsense", enrolled.Register(next))).Word);
        Assert.Equal("key-change-invalid", (await SendAsync(enrolled, alice, Change(enrolled, alice, next, 1, signer: bob), enrolled.Register(next))).Word);
        Assert.Equal("key-change-invalid", (await SendAsync(enrolled, alice, Change(enrolled, bob, next, 1, signer: alice), enrolled.Register(next))).Word);
        Assert.Equal("key-change-invalid", (await SendAsync(enrolled, alice, good, enrolled.Register(PersonDouble.Of(alice.Member.Value)))).Word);
        Assert.Equal("registration-invalid", (await SendAsync(enrolled, alice, good, enrolled.Register(next, signer: bob))).Word);
        Assert.Equal("registration-invalid", (await SendAsync(enrolled, bob, good, enrolled.Register(next))).Word);
        Assert.Equal("registration-invalid", (await SendAsync(enrolled, alice, Change(enrolled, alice, bob with { Member = alice.Member }, 1), enrolled.Register(bob with { Member = alice.Member }))).Word);
        Assert.Equal("malformed", (await enrolled.CallAsync(alice, HttpMethod.Post, "/member/v1/keys", "{}"u8.ToArray())).Word);
        Assert.Equal(alice.Keys.Signing.ToString(), await enrolled.ReadAsync(db => db.MemberKeys.Where(row => row.MemberId == alice.Member.Value).Select(row => row.Signing).SingleAsync(Cancellation)));
    }

    private static Task<Reply> ChangeAsync(EnrolledCore enrolled, PersonDouble old, PersonDouble next, ulong counter, PersonDouble? caller = null) =>
        SendAsync(enrolled, caller ?? old, Change(enrolled, old, next, counter), enrolled.Register(next));

    private static Task<Reply> SendAsync(EnrolledCore enrolled, PersonDouble caller, string change, string registration) => enrolled.CallAsync(
        caller, HttpMethod.Post, "/member/v1/keys", Encoding.UTF8.GetBytes(new JsonObject { ["change"] = change, ["registration"] = registration }.ToJsonString()));

    private static string Change(EnrolledCore enrolled, PersonDouble old, PersonDouble next, ulong counter, PersonDouble? signer = null) => (signer ?? old).Secret.Sign(new KeyChange
    {
        Organization = enrolled.Service.Organization,
        Member = old.Member,
        Old = old.Keys,
        New = next.Keys,
        Counter = counter,
        IssuedAt = enrolled.Core.Time.GetUtcNow().ToUnixTimeSeconds(),
        ExpiresAt = enrolled.Core.Time.GetUtcNow().ToUnixTimeSeconds() + 3_600,
    });

    private static Task<List<string>> KindsAsync(EnrolledCore enrolled) =>
        enrolled.ReadAsync(db => db.Events.OrderBy(row => row.Id).Select(row => row.Kind).ToListAsync(Cancellation));
}
