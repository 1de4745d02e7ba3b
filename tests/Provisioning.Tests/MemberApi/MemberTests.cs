using System.Text.Json.Nodes;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.MemberApi;

/// <summary>docs/spec/member.md, sections 3 to 5.</summary>
public sealed class MemberTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_member_opens_a_group_with_what_it_gets(DatabaseProvider provider)
    {
        await using var enrolled = await EnrolledCore.CreateAsync(provider);
        var (alice, bob) = (await enrolled.MemberAsync("alice"), await enrolled.MemberAsync("bob"));
        using var group = await enrolled.GroupAsync("Sales", alice, bob);
        await enrolled.PostAsync(group, group.Create());
        await enrolled.PostAsync(group, group.Add(alice, bob));
        await enrolled.AcknowledgeAsync(group);

        var page = await enrolled.CallAsync(alice, HttpMethod.Get, $"/member/v1/groups/{group.Group}");
        var list = await enrolled.CallAsync(alice, HttpMethod.Get, "/member/v1/groups");

        Assert.Equal($$"""{"groups":[{"group":"{{group.Group}}","displayName":"Sales","epoch":1,"revision":2,"envelope":true}]}""", list.Json!.ToJsonString());
        using var opened = Opener.Open(new OpenRequest
        {
            Organization = enrolled.Service.Organization,
            Group = group.Group,
            Member = alice.Member,
            Keys = alice.Secret,
            PinnedOrganization = SigningJwk.Of(enrolled.Service.OrganizationKey).Thumbprint,
            Memory = null,
            Envelope = (string)page.Json!["envelope"]!,
            Statements = Texts(page.Json["statements"]!),
            Proof = page.Json["proof"]!.ToJsonString(),
            Certificates = Texts(page.Json["certificates"]!),
        });
        Assert.True(opened.Outcome == OpenOutcome.Opened, opened.Reason.ToString());
        Assert.False((bool)page.Json["more"]!);
    }

    [Fact]
    public async Task Me_says_who_I_am()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");

        var me = await enrolled.CallAsync(alice, HttpMethod.Get, "/member/v1/me");

        Assert.Equal(
            $$"""{"organization":"acme","organizationName":"acme Ltd","member":"{{alice.Member}}","userName":"alice","core":"core","keys":{"hpke":"{{alice.Keys.Hpke}}","alg":"HPKE-4","sig":"{{alice.Keys.Signing}}"},"counter":1,"pinned":false}""",
            me.Json!.ToJsonString());
    }

    [Fact]
    public async Task Groups_come_in_order_of_their_names_and_before_any_statement_with_zeros()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");
        foreach (var name in new[] { "beta", "Alpha", "gamma" })
        {
            (await enrolled.GroupAsync(name, alice)).Dispose();
        }

        var groups = (await enrolled.CallAsync(alice, HttpMethod.Get, "/member/v1/groups")).Json!["groups"]!.AsArray();

        Assert.Equal(["Alpha", "beta", "gamma"], groups.Select(group => (string?)group!["displayName"]));
        Assert.All(groups, group => Assert.Equal((0, 0, false), ((int)group!["epoch"]!, (int)group["revision"]!, (bool)group["envelope"]!)));
        var page = (await enrolled.CallAsync(alice, HttpMethod.Get, $"/member/v1/groups/{(string?)groups[0]!["group"]}")).Json!.AsObject();
        Assert.Equal(["group", "displayName", "statements", "certificates", "more"], page.Select(member => member.Key));
    }

    [Fact]
    public async Task Statements_come_after_the_one_that_is_remembered()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");
        using var group = await enrolled.GroupAsync("Sales", alice);
        await enrolled.PostAsync(group, group.Add(alice));
        for (var count = 0; count < 3; count++)
        {
            await enrolled.PostAsync(group, group.Post(group.Next(StatementReasons.Rotated), []));
        }

        Assert.Equal(4, await CountAsync(0));
        Assert.Equal(1, await CountAsync(3));
        Assert.Equal(0, await CountAsync(4));
        Assert.Equal(0, await CountAsync(9_007_199_254_740_991));
        foreach (var after in new[] { "-1", "x", "1&after=2", "9007199254740992", "1e3", "%00" })
        {
            Assert.Equal(400, (await enrolled.CallAsync(alice, HttpMethod.Get, $"/member/v1/groups/{group.Group}?after={after}")).Status);
        }

        async Task<int> CountAsync(long after) =>
            (await enrolled.CallAsync(alice, HttpMethod.Get, $"/member/v1/groups/{group.Group}?after={after}")).Json!["statements"]!.AsArray().Count;
    }

    [Fact]
    public async Task A_long_chain_comes_in_pages_of_500()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");
        using var group = await enrolled.GroupAsync("Sales", alice);
        var statements = Enumerable.Range(0, 501).Select(_ => group.Next(StatementReasons.Rotated, statement => statement with { Why = [] })).ToList();
        await enrolled.Core.Store.WriteAsync(
            async db =>
            {
                foreach (var statement in statements)
                {
                    await enrolled.Core.Get<Provisioning.Envelopes.StatementIntake>().TakeAsync(db, "acme", group.Group.Value, statement, Cancellation);
                    await db.SaveChangesAsync(Cancellation);
                }
            },
            Cancellation);

        var first = (await enrolled.CallAsync(alice, HttpMethod.Get, $"/member/v1/groups/{group.Group}?after=0")).Json!;
        var second = (await enrolled.CallAsync(alice, HttpMethod.Get, $"/member/v1/groups/{group.Group}?after=500")).Json!;

        Assert.Equal((500, true), (first["statements"]!.AsArray().Count, (bool)first["more"]!));
        Assert.Equal((1, false), (second["statements"]!.AsArray().Count, (bool)second["more"]!));
        Assert.Equal(statements, Texts(first["statements"]!).Concat(Texts(second["statements"]!)));
    }

    [Fact]
    public async Task The_newest_generation_comes()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");
        using var group = await enrolled.GroupAsync("Sales", alice);
        await enrolled.PostAsync(group, group.Add(alice));
        var resealed = group.Post(group.Head!.Jws.Compact, [alice], generation: 2);
        await enrolled.PostAsync(group, resealed);

        var page = await enrolled.CallAsync(alice, HttpMethod.Get, $"/member/v1/groups/{group.Group}");

        Assert.Equal((string?)resealed["envelopes"]![0]!["jwe"], (string?)page.Json!["envelope"]);
    }

    [Fact]
    public async Task There_is_no_proof_before_the_receipts_nor_where_they_do_not_add_up()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var (alice, bob) = (await enrolled.MemberAsync("alice"), await enrolled.MemberAsync("bob"));
        using var group = await enrolled.GroupAsync("Sales", alice, bob);
        await enrolled.PostAsync(group, group.Add(alice));
        var path = $"/member/v1/groups/{group.Group}";
        Assert.Null((await enrolled.CallAsync(alice, HttpMethod.Get, path)).Json!["proof"]);
        Assert.Null(await CheckAtAsync());

        // The receipts say that bob is in; the statement does not.
        await enrolled.AcknowledgeAsync(group);
        Assert.Null((await enrolled.CallAsync(alice, HttpMethod.Get, path)).Json!["proof"]);
        Assert.NotNull(await CheckAtAsync());

        await enrolled.PostAsync(group, group.Add(bob));
        await enrolled.Core.Store.WriteAsync(db => db.Chains.ExecuteUpdateAsync(set => set.SetProperty(row => row.Acknowledged, 2), Cancellation), Cancellation);
        var proof = (await enrolled.CallAsync(alice, HttpMethod.Get, path)).Json!["proof"];
        Assert.True(RosterProof.TryParse(proof!.ToJsonString(), out var parsed) && parsed.Verifies(group.Head!.Roster, alice.Member, alice.Keys));

        Task<DateTimeOffset?> CheckAtAsync() => enrolled.ReadAsync(db => db.Chains.Select(row => row.CheckAt).SingleAsync(Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_roster_that_does_not_fit_is_made_again_after_a_comparison_or_a_minute_and_not_before(bool compared)
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var (alice, bob) = (await enrolled.MemberAsync("alice"), await enrolled.MemberAsync("bob"));
        using var group = await enrolled.GroupAsync("Sales", alice, bob);
        await enrolled.PostAsync(group, group.Add(alice));
        await enrolled.AcknowledgeAsync(group);
        var path = $"/member/v1/groups/{group.Group}";
        Assert.Null((await enrolled.CallAsync(alice, HttpMethod.Get, path)).Json!["proof"]);

        // Nothing says that the rows are right now; whoever asks gets what was found before.
        await enrolled.Core.Store.WriteAsync(db => db.Rosters.Where(row => row.MemberId == bob.Member.Value).ExecuteDeleteAsync(Cancellation), Cancellation);
        Assert.Null((await enrolled.CallAsync(alice, HttpMethod.Get, path)).Json!["proof"]);

        if (compared)
        {
            await enrolled.Core.Store.WriteAsync(db => db.Chains.ExecuteUpdateAsync(set => set.SetProperty(row => row.CheckAt, (DateTimeOffset?)null), Cancellation), Cancellation);
        }
        else
        {
            enrolled.Core.Time.Pass(TimeSpan.FromMinutes(1));
        }

        Assert.NotNull((await enrolled.CallAsync(alice, HttpMethod.Get, path)).Json!["proof"]);
    }

    [Theory]
    [InlineData("Hpke")]
    [InlineData("Signing")]
    [InlineData("Alg")]
    public async Task A_roster_row_that_is_no_member_with_keys_means_no_proof_and_a_comparison(string column)
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var (alice, bob) = (await enrolled.MemberAsync("alice"), await enrolled.MemberAsync("bob"));
        using var group = await enrolled.GroupAsync("Sales", alice, bob);
        await enrolled.PostAsync(group, group.Add(alice, bob));
        await enrolled.AcknowledgeAsync(group);
        await enrolled.Core.Store.WriteAsync(
            db => db.Rosters.Where(row => row.MemberId == bob.Member.Value).ExecuteUpdateAsync(set => set.SetProperty(row => EF.Property<string>(row, column), "nonsense"), Cancellation), Cancellation);

        var page = await enrolled.CallAsync(alice, HttpMethod.Get, $"/member/v1/groups/{group.Group}");

        Assert.Equal(200, page.Status);
        Assert.NotNull(page.Json!["envelope"]);
        Assert.Null(page.Json["proof"]);
        Assert.NotNull(await enrolled.ReadAsync(db => db.Chains.Select(row => row.CheckAt).SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task Groups_of_others_do_not_exist()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var (alice, bob) = (await enrolled.MemberAsync("alice"), await enrolled.MemberAsync("bob"));
        using var group = await enrolled.GroupAsync("Sales", alice);

        var foreign = await enrolled.CallAsync(bob, HttpMethod.Get, $"/member/v1/groups/{group.Group}");
        var unknown = await enrolled.CallAsync(bob, HttpMethod.Get, "/member/v1/groups/nothing");

        Assert.Equal((404, 404), (foreign.Status, unknown.Status));
        Assert.Equal(unknown.Json!.ToJsonString(), foreign.Json!.ToJsonString());
        Assert.Empty((await enrolled.CallAsync(bob, HttpMethod.Get, "/member/v1/groups")).Json!["groups"]!.AsArray());
    }

    [Fact]
    public async Task A_suspended_member_gets_403_and_a_deleted_one_401()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");
        await enrolled.Core.Store.WriteAsync(db => db.Members.ExecuteUpdateAsync(set => set.SetProperty(row => row.Active, false), Cancellation), Cancellation);

        Assert.Equal((403, "suspended"), (await enrolled.CallAsync(alice, HttpMethod.Get, "/member/v1/me")) is var reply ? (reply.Status, reply.Word) : default);
        Assert.True(await enrolled.Core.Get<MemberDirectory>().DeleteAsync("acme", alice.Member.Value, Actor.System, null, Cancellation));
        Assert.Equal(401, (await enrolled.CallAsync(alice, HttpMethod.Get, "/member/v1/me")).Status);
    }

    [Fact]
    public async Task Wrong_tokens_have_one_answer()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");
        var (id, _) = await enrolled.InviteAsync("bob");
        const string path = "/member/v1/me";

        Reply[] replies =
        [
            await enrolled.Listening.SendAsync(HttpMethod.Get, path),
            await enrolled.Listening.SendAsync(HttpMethod.Get, path, bearer: "nonsense"),
            await enrolled.CallAsync(PersonDouble.Of(id), HttpMethod.Get, path),
            await enrolled.CallAsync(alice, HttpMethod.Get, path, change: claims => claims with { Method = "GET /member/v1/groups" }),
            await enrolled.CallAsync(alice, HttpMethod.Get, path, change: claims => claims with { Audience = "else" }),
            await enrolled.CallAsync(alice, HttpMethod.Get, path, change: claims => claims with { Request = Digest32.Of("else"u8) }),
            await enrolled.CallAsync(alice, HttpMethod.Get, path, change: claims => claims with { Organization = OrganizationId.TryParse("other", out var other) ? other : default }),
            await enrolled.CallAsync(alice, HttpMethod.Get, path, change: claims => claims with { IssuedAt = claims.IssuedAt - 1_000, ExpiresAt = claims.IssuedAt - 900 }),
        ];

        Assert.All(replies, reply => Assert.Equal(401, reply.Status));
        Assert.Single(replies.Select(reply => reply.Json!.ToJsonString()).Distinct());
    }

    private static List<string> Texts(JsonNode array) => [.. array.AsArray().Select(item => (string)item!)];
}
