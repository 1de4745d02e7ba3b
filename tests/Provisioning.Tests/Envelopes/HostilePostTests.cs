using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Envelopes;

/// <summary>docs/spec/core.md, sections 3 and 4: what is refused. Nothing of it is ever stored.</summary>
public sealed class HostilePostTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_statement_signed_by_another_key_is_refused()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        using var group = await enrolled.GroupAsync("Sales");
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        await RefusedAsync(enrolled, group, group.Post(group.Sign(StatementReasons.Created, signer: stranger), []), "identity");

        // Nor does it help to borrow the name of the identity that is enrolled.
        var honest = group.Sign(StatementReasons.Created);
        var forged = honest[..^4] + (honest.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA");
        await RefusedAsync(enrolled, group, group.Post(forged, []), "");
    }

    [Fact]
    public async Task An_envelope_for_a_member_outside_the_group_is_refused_and_nothing_of_the_post_is_stored()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var (alice, mallory) = (await enrolled.MemberAsync("alice"), await enrolled.MemberAsync("mallory"));
        using var group = await enrolled.GroupAsync("Sales", alice);

        await RefusedAsync(enrolled, group, group.Add(alice, mallory), "roster");
    }

    [Fact]
    public async Task An_envelope_for_a_key_that_the_member_never_registered_is_refused()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");
        using var group = await enrolled.GroupAsync("Sales", alice);

        await RefusedAsync(enrolled, group, group.Add(PersonDouble.Of(alice.Member.Value)), "roster");
    }

    [Fact]
    public async Task A_member_that_left_gets_nothing_of_a_later_statement()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var (alice, bob) = (await enrolled.MemberAsync("alice"), await enrolled.MemberAsync("bob"));
        using var group = await enrolled.GroupAsync("Sales", alice, bob);
        await enrolled.PostAsync(group, group.Add(alice, bob));
        await enrolled.AcknowledgeAsync(group);
        await enrolled.Core.Get<GroupDirectory>().UpdateAsync(
            "acme", group.Group.Value, new GroupDraft(null, null, [new MembershipChange(MembershipVerb.Remove, [bob.Member.Value])]), Actor.System, Cancellation);
        await enrolled.PostAsync(group, group.Remove(bob));
        await enrolled.AcknowledgeAsync(group);

        var reply = await enrolled.Service.PostAsync(enrolled.Listening, group.Group.Value, group.Post(group.Head!.Jws.Compact, [bob], generation: 1));

        Assert.Equal((400, "post-refused"), (reply.Status, reply.Word));
        Assert.Equal(3, await enrolled.ReadAsync(db => db.Envelopes.CountAsync(Cancellation)));
    }

    [Fact]
    public async Task What_is_said_beside_an_envelope_has_to_be_what_it_says()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var (alice, bob) = (await enrolled.MemberAsync("alice"), await enrolled.MemberAsync("bob"));
        using var group = await enrolled.GroupAsync("Sales", alice, bob);
        using var other = await enrolled.GroupAsync("Other", alice);
        var foreign = other.Add(alice);

        var swapped = group.Add(alice, bob);
        (swapped["envelopes"]![0]!["member"], swapped["envelopes"]![1]!["member"]) = (bob.Member.Value, alice.Member.Value);
        await RefusedAsync(enrolled, group, swapped, "somebody else");
        swapped = Changed(swapped, post => post["envelopes"] = foreign["envelopes"]!.DeepClone());
        await RefusedAsync(enrolled, group, swapped, "another group");
        await RefusedAsync(enrolled, group, Changed(group.Post(group.Head!.Jws.Compact, [alice]), post => post["epoch"] = 2), "epoch");
        await RefusedAsync(enrolled, group, Changed(group.Post(group.Head!.Jws.Compact, [alice]), post => post["envelopes"]!.AsArray().Add(post["envelopes"]![0]!.DeepClone())), "twice");
        await RefusedAsync(enrolled, other, group.Post(group.Head.Jws.Compact, []), "another group");
    }

    [Fact]
    public async Task A_suite_that_the_statement_does_not_allow_is_refused()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var (id, token) = await enrolled.InviteAsync("alice");
        var alice = PersonDouble.Of(id, Suite.Hpke0);
        Assert.Equal(200, (await enrolled.AcceptAsync(token, alice)).Status);
        using var group = await enrolled.GroupAsync("Sales", alice);

        await RefusedAsync(enrolled, group, group.Add(alice), "suite");
    }

    [Fact]
    public async Task A_fork_is_refused_and_remembered_once()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");
        using var group = await enrolled.GroupAsync("Sales", alice);
        await enrolled.PostAsync(group, group.Create());
        var fork = group.Sign(StatementReasons.Rotated, statement => statement with { Suites = [Suite.Hpke4] });
        await enrolled.PostAsync(group, group.Add(alice));

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var reply = await enrolled.Service.PostAsync(enrolled.Listening, group.Group.Value, Changed(group.Post(fork, []), post => post["epoch"] = 0));
            Assert.Equal(400, reply.Status);
        }

        // A statement that follows, but not this one.
        var beside = group.Sign(StatementReasons.Rotated, statement => statement with { Previous = Digest32.Of("else"u8) });
        Assert.Equal(400, (await enrolled.Service.PostAsync(enrolled.Listening, group.Group.Value, group.Post(beside, []))).Status);
        Assert.Equal(2, await enrolled.ReadAsync(db => db.Audit.CountAsync(row => row.Action == "statement.fork" && row.Subject == group.Group.Value, Cancellation)));
        Assert.Equal(2, await enrolled.ReadAsync(db => db.Statements.CountAsync(Cancellation)));
        Assert.Equal(group.Head!.Hash.ToString(), await enrolled.ReadAsync(db => db.Statements.OrderBy(row => row.Revision).Select(row => row.Hash).LastAsync(Cancellation)));
    }

    [Fact]
    public async Task Another_organizations_service_reaches_nothing()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var core = enrolled.Listening;
        await enrolled.Core.OrganizationAsync("other");
        using var other = new ServiceDouble("other", enrolled.Core.Time);
        Assert.Equal(200, (await other.EnrolAsync(core, await EnrolledCore.EnrolmentTokenAsync(enrolled.Core, "other"))).Status);
        using var group = await enrolled.GroupAsync("Sales");
        var body = Encoding.UTF8.GetBytes(group.Create().ToJsonString());
        var (own, foreign) = (enrolled.Service.PathOf(group.Group.Value), other.PathOf(group.Group.Value));

        // Its own organization's path with the other's group; the other's path with its own key, and with a token that says so.
        Assert.Equal(400, (await core.SendAsync(HttpMethod.Post, foreign, body, other.Token($"POST {foreign}", body))).Status);
        Assert.Equal(401, (await core.SendAsync(HttpMethod.Post, own, body, other.Token($"POST {own}", body))).Status);
        Assert.Equal(401, (await core.SendAsync(HttpMethod.Post, own, body, other.Token($"POST {own}", body, claims => claims with { Organization = enrolled.Service.Organization }))).Status);
        using var twin = new GroupDouble(other, group.Group.Value);
        Assert.Equal(404, (await other.PostAsync(core, group.Group.Value, twin.Create())).Status);
        Assert.False(await enrolled.ReadAsync(db => db.Statements.AnyAsync(Cancellation)));
    }

    [Fact]
    public async Task A_token_is_bound_to_time_audience_method_and_bytes()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        using var group = await enrolled.GroupAsync("Sales");
        var (core, service) = (enrolled.Listening, enrolled.Service);
        var path = service.PathOf(group.Group.Value);
        var body = Encoding.UTF8.GetBytes(group.Create().ToJsonString());
        var method = $"POST {path}";
        string?[] wrong =
        [
            null, "", "nonsense", service.Token(method, []), service.Token("POST /", body), service.Token(method, body, claims => claims with { Audience = "else" }),
            service.Token(method, body, claims => claims with { ExpiresAt = claims.IssuedAt + 301 }),
            service.Token(method, body, claims => claims with { IssuedAt = claims.IssuedAt - 1_000, ExpiresAt = claims.IssuedAt - 800 }),
            service.Token(method, body, signer: service.Identity),
        ];

        var replies = new List<Reply>();
        foreach (var token in wrong)
        {
            replies.Add(await core.SendAsync(HttpMethod.Post, path, body, token));
        }

        Assert.All(replies, reply => Assert.Equal(401, reply.Status));
        Assert.Single(replies.Select(reply => reply.Json!.ToJsonString()).Distinct());
        Assert.False(await enrolled.ReadAsync(db => db.Statements.AnyAsync(Cancellation)));
    }

    [Fact]
    public async Task Malformed_bodies_are_refused()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        using var group = await enrolled.GroupAsync("Sales");
        var good = group.Create();
        string[] bodies =
        [
            "", "[]", "{", "null", "{}", new('[', 100_000), "{\"statement\":\"\\u0000\",\"epoch\":0,\"generation\":0,\"envelopes\":[]}", "{\"\\ud800\":1}",
            Changed(good, post => post["extra"] = 1).ToJsonString(), Changed(good, post => post["epoch"] = -1).ToJsonString(), Changed(good, post => post["generation"] = 1.5).ToJsonString(),
            Changed(good, post => post["envelopes"] = new JsonArray([.. Enumerable.Repeat(0, 1_001).Select(_ => (JsonNode)new JsonObject())])).ToJsonString(),
            Changed(good, post => post["envelopes"] = new JsonArray(new JsonObject { ["member"] = "a\0", ["kid"] = "b", ["jwe"] = "c" })).ToJsonString(),
            good.ToJsonString() + good.ToJsonString(),
        ];
        var path = enrolled.Service.PathOf(group.Group.Value);
        foreach (var text in bodies)
        {
            var body = Encoding.UTF8.GetBytes(text);
            var reply = await enrolled.Listening.SendAsync(HttpMethod.Post, path, body, enrolled.Service.Token($"POST {path}", body));
            Assert.True(reply.Status == 400, text[..Math.Min(60, text.Length)]);
        }

        var tooLong = new byte[5 * 1024 * 1024];
        Assert.Equal(413, (await enrolled.Listening.SendAsync(HttpMethod.Post, path, tooLong, enrolled.Service.Token($"POST {path}", tooLong))).Status);
        Assert.Equal(401, (await enrolled.Listening.SendAsync(HttpMethod.Post, path, tooLong)).Status);
        Assert.False(await enrolled.ReadAsync(db => db.Statements.AnyAsync(Cancellation)));
        await enrolled.PostAsync(group, good);
    }

    private static JsonObject Changed(JsonObject post, Action<JsonObject> change)
    {
        var copy = post.DeepClone().AsObject();
        change(copy);
        return copy;
    }

    private static async Task RefusedAsync(EnrolledCore enrolled, GroupDouble group, JsonObject post, string word)
    {
        var reply = await enrolled.Service.PostAsync(enrolled.Listening, group.Group.Value, post);
        Assert.Equal((400, "post-refused"), (reply.Status, reply.Word));
        Assert.Contains(word, reply.Detail, StringComparison.Ordinal);
        Assert.False(await enrolled.ReadAsync(db => db.Envelopes.AnyAsync(Cancellation)));
        Assert.False(await enrolled.ReadAsync(db => db.Statements.AnyAsync(Cancellation)));
    }
}
