using System.Text;
using System.Text.Json.Nodes;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.MemberApi;

/// <summary>docs/spec/member.md, section 2.</summary>
public sealed class AcceptanceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_invitation_is_told_and_accepted_and_the_groups_hear_of_it(DatabaseProvider provider)
    {
        await using var enrolled = await EnrolledCore.CreateAsync(provider);
        var (id, token) = await enrolled.InviteAsync("alice@acme.example");
        var alice = PersonDouble.Of(id);
        using var group = await enrolled.GroupAsync("Sales", alice);

        var told = await TellAsync(enrolled, token);
        var accepted = await enrolled.AcceptAsync(token, alice);
        var toldAgain = await TellAsync(enrolled, token);

        Assert.Equal(
            $$"""{"organization":"acme","organizationName":"acme Ltd","member":"{{id}}","userName":"alice@acme.example","core":"core","accepted":false}""", told.Json!.ToJsonString());
        Assert.Equal(200, accepted.Status);
        Assert.Equal((1, false, alice.Keys.Signing.ToString()), ((int)accepted.Json!["counter"]!, (bool)accepted.Json["pinned"]!, (string?)accepted.Json["keys"]!["sig"]));
        Assert.True((bool)toldAgain.Json!["accepted"]!);
        Assert.Equal(["group_created", "members_added"], await enrolled.ReadAsync(db => db.Events.OrderBy(row => row.Sequence).Select(row => row.Kind).ToListAsync(Cancellation)));
        Assert.Equal(1, await enrolled.ReadAsync(db => db.Audit.CountAsync(row => row.Action == "member.accepted" && row.Subject == id && row.Actor == "member:" + id, Cancellation)));
        Assert.Null(await enrolled.ReadAsync(db => db.Invitations.Select(row => row.DueAt).SingleAsync(Cancellation)));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_two_acceptances_at_once_one_counts(DatabaseProvider provider)
    {
        await using var enrolled = await EnrolledCore.CreateAsync(provider);
        var (id, token) = await enrolled.InviteAsync("alice");
        var people = Enumerable.Range(0, 6).Select(_ => PersonDouble.Of(id)).ToList();

        var replies = await Task.WhenAll(people.Select(person => enrolled.AcceptAsync(token, person)));

        var winner = Assert.Single(replies.Index(), entry => entry.Item.Status == 200);
        Assert.All(replies.Where(reply => reply.Status != 200), reply => Assert.Equal((409, "invitation-used"), (reply.Status, reply.Word)));
        Assert.Equal(people[winner.Index].Keys.Signing.ToString(), await enrolled.ReadAsync(db => db.MemberKeys.Select(row => row.Signing).SingleAsync(Cancellation)));
        Assert.Equal(1, await enrolled.ReadAsync(db => db.Audit.CountAsync(row => row.Action == "member.accepted", Cancellation)));
    }

    [Fact]
    public async Task A_replayed_link_takes_no_other_keys_and_a_lost_reply_locks_nobody_out()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var (id, token) = await enrolled.InviteAsync("alice");
        var alice = PersonDouble.Of(id);

        Assert.Equal(200, (await enrolled.AcceptAsync(token, alice)).Status);
        Assert.Equal(200, (await enrolled.AcceptAsync(token, alice)).Status);
        var thief = await enrolled.AcceptAsync(token, PersonDouble.Of(id));

        Assert.Equal((409, "invitation-used"), (thief.Status, thief.Word));
        Assert.Equal(alice.Keys.Signing.ToString(), await enrolled.ReadAsync(db => db.MemberKeys.Select(row => row.Signing).SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task A_suspended_member_cannot_accept_until_it_is_restored()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var (id, token) = await enrolled.InviteAsync("alice");
        var alice = PersonDouble.Of(id);
        await ActiveAsync(enrolled, id, false);

        Assert.Equal((403, "invitation-forbidden"), Of(await TellAsync(enrolled, token)));
        Assert.Equal((403, "invitation-forbidden"), Of(await enrolled.AcceptAsync(token, alice)));
        Assert.False(await enrolled.ReadAsync(db => db.MemberKeys.AnyAsync(Cancellation)));

        await ActiveAsync(enrolled, id, true);
        Assert.Equal(200, (await enrolled.AcceptAsync(token, alice)).Status);
    }

    [Fact]
    public async Task Unknown_and_expired_invitations_have_one_answer()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var (id, token) = await enrolled.InviteAsync("alice");
        var unknown = await TellAsync(enrolled, "nonsense");
        enrolled.Core.Time.Pass(TimeSpan.FromDays(30));

        var expired = await TellAsync(enrolled, token);

        Assert.Equal((404, "invitation-unknown"), Of(unknown));
        Assert.Equal(unknown.Json!.ToJsonString(), expired.Json!.ToJsonString());
        Assert.Equal((404, "invitation-unknown"), Of(await enrolled.AcceptAsync(token, PersonDouble.Of(id))));
    }

    [Fact]
    public async Task A_registration_that_is_not_the_members_is_refused_and_changes_nothing()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var (id, token) = await enrolled.InviteAsync("alice");
        var bob = await enrolled.MemberAsync("bob");
        var alice = PersonDouble.Of(id);
        string[] wrong =
        [
            "nonsense", "\0", enrolled.Register(alice, signer: bob), enrolled.Register(bob), enrolled.Register(alice, claims => claims with { Audience = "else" }),
            enrolled.Register(alice, claims => claims with { Organization = OrganizationId.TryParse("other", out var other) ? other : default }),
            enrolled.Register(alice, claims => claims with { ExpiresAt = claims.IssuedAt + 301 }),
            enrolled.Register(alice, claims => claims with { IssuedAt = claims.IssuedAt - 500, ExpiresAt = claims.IssuedAt - 300 }),
            // Somebody else's signing key under the own name: calls could not be told apart.
            enrolled.Register(bob, claims => claims with { Member = alice.Member }),
        ];

        foreach (var registration in wrong)
        {
            var reply = await enrolled.Listening.PostAsync("/member/v1/acceptances", new JsonObject { ["token"] = token, ["registration"] = registration });
            Assert.Equal((400, "registration-invalid"), Of(reply));
        }

        Assert.Equal(1, await enrolled.ReadAsync(db => db.MemberKeys.CountAsync(Cancellation)));
        Assert.Null(await enrolled.ReadAsync(db => db.Members.Where(row => row.Id == id).Select(row => row.AcceptedAt).SingleAsync(Cancellation)));
        Assert.Equal(200, (await enrolled.AcceptAsync(token, alice)).Status);
    }

    [Fact]
    public async Task Hostile_bodies_are_refused()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        const string path = "/member/v1/invitations";
        string[] bodies = ["", "[]", "{}", "{", "null", new('[', 100_000), "{\"token\":1}", "{\"token\":\"a\",\"more\":1}", "{\"token\":\"a\",\"token\":\"b\"}", "{\"token\":\"\\ud800\"}"];
        foreach (var body in bodies)
        {
            Assert.Equal(400, (await enrolled.Listening.SendAsync(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body))).Status);
        }

        Assert.Equal(400, (await enrolled.Listening.SendAsync(HttpMethod.Post, path, [0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])).Status);
        Assert.Equal(404, (await TellAsync(enrolled, "\0")).Status);
        Assert.Equal(404, (await TellAsync(enrolled, new string('a', 1_000_000))).Status);
        Assert.Equal(413, (await enrolled.Listening.SendAsync(HttpMethod.Post, path, new byte[2_000_000])).Status);
        Assert.Equal(415, (await enrolled.Listening.SendAsync(HttpMethod.Post, path, "{\"token\":\"a\"}"u8.ToArray(), mediaType: "text/plain")).Status);
    }

    [Fact]
    public async Task Guessing_is_limited_and_a_right_token_is_not()
    {
        await using var enrolled = await EnrolledCore.CreateAsync(settings: ["--Provisioning:WrongTokensPerMinute=3"]);
        var (_, token) = await enrolled.InviteAsync("alice");
        var statuses = new List<int>();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            statuses.Add((await TellAsync(enrolled, $"guess{attempt}")).Status);
        }

        Assert.Equal([404, 404, 404, 429, 429], statuses);
        Assert.Equal(200, (await TellAsync(enrolled, token)).Status);
        enrolled.Core.Time.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(404, (await TellAsync(enrolled, "guess")).Status);
    }

    private static (int, string?) Of(Reply reply) => (reply.Status, reply.Word);

    private static Task<Reply> TellAsync(EnrolledCore enrolled, string token) => enrolled.Listening.PostAsync("/member/v1/invitations", new JsonObject { ["token"] = token });

    private static Task<int> ActiveAsync(EnrolledCore enrolled, string id, bool active) => enrolled.Core.Store.WriteAsync(
        db => db.Members.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Active, active), Cancellation), Cancellation);
}
