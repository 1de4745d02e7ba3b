using System.Text.Json.Nodes;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Envelopes;

/// <summary>docs/spec/core.md, section 3: what is taken.</summary>
public sealed class PostTests
{
    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Statements_and_envelopes_are_stored_once(DatabaseProvider provider)
    {
        await using var enrolled = await EnrolledCore.CreateAsync(provider);
        var (alice, bob) = (await enrolled.MemberAsync("alice"), await enrolled.MemberAsync("bob"));
        using var group = await enrolled.GroupAsync("Sales", alice, bob);
        await enrolled.PostAsync(group, group.Create());
        var post = group.Add(alice, bob);

        var first = await enrolled.PostAsync(group, post);
        var again = await enrolled.PostAsync(group, post);
        var resealed = await enrolled.PostAsync(group, group.Post(group.Head!.Jws.Compact, [alice], generation: 1));

        Assert.Equal((2, 0), (Count(first, "stored"), Count(first, "existing")));
        Assert.Equal((0, 2), (Count(again, "stored"), Count(again, "existing")));
        Assert.Equal((1, 0), (Count(resealed, "stored"), Count(resealed, "existing")));
        var chain = await enrolled.ReadAsync(db => db.Chains.SingleAsync());
        Assert.Equal((2, 1), (chain.Revision, chain.Epoch));
        Assert.Equal(3, await enrolled.ReadAsync(db => db.Envelopes.CountAsync()));
        Assert.Equal(group.Head.Hash.ToString(), await enrolled.ReadAsync(db => db.Statements.Where(row => row.Revision == 2).Select(row => row.Hash).SingleAsync()));
    }

    [Fact]
    public async Task What_is_there_is_not_replaced()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");
        using var group = await enrolled.GroupAsync("Sales", alice);
        var post = group.Add(alice);
        await enrolled.PostAsync(group, post);

        await enrolled.PostAsync(group, group.Post(group.Head!.Jws.Compact, [alice]));

        Assert.Equal((string?)post["envelopes"]![0]!["jwe"], await enrolled.ReadAsync(db => db.Envelopes.Select(row => row.Jwe).SingleAsync()));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_same_post_many_times_at_once_is_one(DatabaseProvider provider)
    {
        await using var enrolled = await EnrolledCore.CreateAsync(provider);
        var people = new List<PersonDouble>();
        for (var index = 0; index < 20; index++)
        {
            people.Add(await enrolled.MemberAsync($"member{index}"));
        }

        using var group = await enrolled.GroupAsync("Sales", [.. people]);
        var post = group.Add([.. people]);

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => enrolled.PostAsync(group, post)));

        Assert.Equal(20, replies.Sum(reply => Count(reply, "stored")));
        Assert.Equal(140, replies.Sum(reply => Count(reply, "existing")));
        Assert.Equal(20, await enrolled.ReadAsync(db => db.Envelopes.CountAsync()));
        Assert.Equal(1, await enrolled.ReadAsync(db => db.Statements.CountAsync()));
    }

    [Fact]
    public async Task A_missing_statement_is_named_and_asked_for()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");
        using var group = await enrolled.GroupAsync("Sales", alice);
        var created = group.Create();
        var added = group.Add(alice);

        var early = await enrolled.Service.PostAsync(enrolled.Listening, group.Group.Value, added);

        Assert.Equal((409, "revision-gap", 1), (early.Status, early.Word, (int?)early.Json!["expected"]));
        Assert.Equal(enrolled.Core.Time.GetUtcNow(), await enrolled.ReadAsync(db => db.Chains.Select(row => row.CheckAt).SingleAsync()));
        Assert.False(await enrolled.ReadAsync(db => db.Statements.AnyAsync()));
        await enrolled.PostAsync(group, created);
        await enrolled.PostAsync(group, added);
    }

    [Fact]
    public async Task An_envelope_of_an_older_statement_may_come_late()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var (alice, bob) = (await enrolled.MemberAsync("alice"), await enrolled.MemberAsync("bob"));
        using var group = await enrolled.GroupAsync("Sales", alice);
        var first = group.Add(alice);
        await enrolled.PostAsync(group, new JsonObject { ["statement"] = (string)first["statement"]!, ["epoch"] = 1, ["generation"] = 0, ["envelopes"] = new JsonArray() });
        await enrolled.AcknowledgeAsync(group);
        await enrolled.PostAsync(group, group.Post(group.Next(StatementReasons.Rotated), []));

        var late = await enrolled.PostAsync(group, first);

        Assert.Equal(1, Count(late, "stored"));
        Assert.NotEqual(alice.Member, bob.Member);
    }

    [Fact]
    public async Task The_final_statement_is_taken_although_the_group_is_gone()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");
        using var group = await enrolled.GroupAsync("Sales", alice);
        await enrolled.PostAsync(group, group.Add(alice));
        await enrolled.Core.Get<GroupDirectory>().DeleteAsync("acme", group.Group.Value, Actor.System, TestContext.Current.CancellationToken);

        await enrolled.PostAsync(group, group.Delete());

        Assert.Equal(2, await enrolled.ReadAsync(db => db.Chains.Select(row => row.Revision).SingleAsync()));
        var after = await enrolled.Service.PostAsync(enrolled.Listening, group.Group.Value, group.Post(group.Next(StatementReasons.Rotated), []));
        Assert.Equal(400, after.Status);
    }

    [Fact]
    public async Task A_new_identity_goes_on_and_the_old_one_does_not()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");
        using var group = await enrolled.GroupAsync("Sales", alice);
        await enrolled.PostAsync(group, group.Add(alice));
        using var next = new ServiceDouble("acme", enrolled.Core.Time, enrolled.Service.OrganizationKey, generation: 2) { CallKey = enrolled.Service.CallKey };
        Assert.Equal(200, (await next.EnrolAsync(enrolled.Listening, await EnrolledCore.EnrolmentTokenAsync(enrolled.Core))).Status);

        await enrolled.PostAsync(group, group.Post(group.Next(StatementReasons.Rotated, signer: next.Identity), []));

        var back = await enrolled.Service.PostAsync(enrolled.Listening, group.Group.Value, group.Post(group.Sign(StatementReasons.Rotated), []));
        Assert.Equal(400, back.Status);
        Assert.Equal(2, await enrolled.ReadAsync(db => db.Chains.Select(row => row.Revision).SingleAsync()));
    }

    [Fact]
    public async Task A_post_is_noted_as_contact_once_a_minute()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        using var group = await enrolled.GroupAsync("Sales");
        var enrolledAt = enrolled.Core.Time.GetUtcNow();
        enrolled.Core.Time.Pass(TimeSpan.FromSeconds(30));
        await enrolled.PostAsync(group, group.Create());
        Assert.Equal(enrolledAt, await enrolled.ReadAsync(db => db.Services.Select(row => row.LastContactAt).SingleAsync()));

        enrolled.Core.Time.Pass(TimeSpan.FromMinutes(1));
        await enrolled.PostAsync(group, group.Post(group.Head!.Jws.Compact, []));

        Assert.Equal(enrolled.Core.Time.GetUtcNow(), await enrolled.ReadAsync(db => db.Services.Select(row => row.LastContactAt).SingleAsync()));
    }

    private static int Count(Reply reply, string name) => (int)reply.Json![name]!;
}
