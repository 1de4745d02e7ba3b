using System.Net;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Journal;
using EncryptionService.Provisioning.Tests.Scim.Http;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Journal;

/// <summary>What a SCIM call leaves in the log (docs/spec/journal.md, section 2).</summary>
public sealed class CallTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Changes_are_told_in_a_few_words_with_names(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync();
        var ada = await acme.UserAsync("ada@example.com", ""","displayName":"Ada Lovelace" """);
        var ben = await acme.UserAsync("ben@example.com");
        var group = await acme.GroupAsync("Finance", ada);
        (await acme.PatchAsync($"/Groups/{group}", ScimClient.Patch($$"""{"op":"add","path":"members","value":[{"value":"{{ben}}"}]}"""))).Is(HttpStatusCode.NoContent);
        (await acme.PatchAsync($"/Groups/{group}", ScimClient.Patch($$"""{"op":"remove","path":"members[value eq \"{{ada}}\"]"}"""))).Is(HttpStatusCode.NoContent);
        (await acme.PatchAsync($"/Groups/{group}", ScimClient.Patch($$"""{"op":"remove","path":"members[value eq \"{{ada}}\"]"}"""))).Is(HttpStatusCode.NoContent);
        (await acme.PatchAsync($"/Users/{ada}", ScimClient.Patch("""{"op":"replace","path":"title","value":"Countess"}"""))).Is(HttpStatusCode.OK);
        (await acme.PatchAsync($"/Users/{ada}", ScimClient.Patch("""{"op":"replace","path":"active","value":false}"""))).Is(HttpStatusCode.OK);
        (await acme.DeleteAsync($"/Users/{ben}")).Is(HttpStatusCode.NoContent);

        var log = await LogAsync(world, new LogFilter(LogKind.Users));
        var groups = await LogAsync(world, new LogFilter(LogKind.Groups));

        Assert.Equal(
            [
                ("POST", "ada@example.com", "created"), ("POST", "ben@example.com", "created"), ("PATCH", "ada@example.com", "changed: title"),
                ("PATCH", "ada@example.com", "invitation forbidden"), ("DELETE", "ben@example.com", "deleted"),
            ],
            log.Select(entry => (entry.What, entry.Name!, entry.Change!)));
        // The writer looks names up: who is gone by then has none.
        Assert.Equal(
            [("Finance", "created; Ada Lovelace joined"), ("Finance", "1 joined"), ("Finance", "Ada Lovelace left"), ("Finance", "nothing changed")],
            groups.Select(entry => (entry.Name!, entry.Change!)));
        Assert.All(log.Concat(groups), entry => Assert.Equal((acme.Connection, LogOutcome.Done), (entry.Connection, entry.Outcome)));
        Assert.Equal([ada, ben, ada, ada, ben], log.Select(entry => entry.SubjectId));
    }

    [Fact]
    public async Task Of_four_who_joined_three_are_named()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        var people = new List<string>();
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            people.Add(await acme.UserAsync(name));
        }

        await acme.GroupAsync("All", [.. people]);

        Assert.Equal("created; a, b, c and 1 more joined", (await LogAsync(world, new LogFilter(LogKind.Groups))).Single().Change);
    }

    [Fact]
    public async Task Refusals_are_told_with_their_reason()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        await acme.UserAsync("ada@example.com");
        (await acme.PostAsync("/Users", """{"userName":"ADA@example.com"}""")).Is(HttpStatusCode.Conflict, "uniqueness");
        (await acme.DeleteAsync($"/Users/{Guid.Empty}")).Is(HttpStatusCode.NotFound);

        var log = await LogAsync(world, new LogFilter(Outcome: LogOutcome.Refused));

        Assert.Equal([409, 404], log.Select(entry => entry.Status!.Value));
        Assert.Equal("ADA@example.com", log[0].Name);
        Assert.StartsWith("uniqueness: Another user", log[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_what_is_searched_for_nor_a_body_is_written_down()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        await acme.UserAsync("ada@example.com", ""","title":"canary-title","password":"canary-password" """);
        await acme.FindUsersAsync("userName eq \"canary-search\"");
        await acme.FindUsersAsync("userName eq \"ada@example.com\"");
        await acme.GetAsync($"/Users?filter={Uri.EscapeDataString("userName zz \"canary-broken\"")}");
        await acme.GetAsync($"/Users?filter={Uri.EscapeDataString("userName eq \"canary-unfinished")}");
        await acme.GetAsync($"/Users?filter={Uri.EscapeDataString("canary'attribute' eq \"x\"")}");
        await FlushAsync(world);

        var rows = await world.Store.ReadAsync(db => db.Calls.OrderBy(row => row.Id).ToListAsync(Stop), Stop);

        Assert.Equal(["created", "userName eq \"…\": 0 found", "userName eq \"…\": 1 found"], rows.Take(3).Select(row => row.Change));
        Assert.All(rows, row => Assert.DoesNotContain("canary-", $"{row.Name} {row.Change} {row.Detail} {row.Text}", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(6, rows.Count);
    }

    [Fact]
    public async Task A_wrong_token_is_counted_where_the_connection_exists_and_never_kept()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        (await acme.With("wrong").GetAsync("/Users")).Is(HttpStatusCode.Unauthorized);
        (await acme.With("wrong").GetAsync("/Users")).Is(HttpStatusCode.Unauthorized);
        (await acme.At("nowhere").GetAsync("/Users")).Is(HttpStatusCode.Unauthorized);
        await acme.GetAsync("/Users");
        await FlushAsync(world);
        await FlushAsync(world);

        var hours = await world.Store.ReadAsync(db => db.Hours.ToListAsync(Stop), Stop);

        Assert.Equal(("acme", 1, 0, 2), hours.Select(row => (row.OrganizationId, row.Reads, row.Refused, row.WrongTokens)).Single());
        Assert.Single(await world.Store.ReadAsync(db => db.Calls.ToListAsync(Stop), Stop));
    }

    [Fact]
    public async Task Another_organization_sees_nothing_of_it()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        await world.ConnectAsync("other");
        await acme.GroupAsync("Finance", await acme.UserAsync("ada"));
        await FlushAsync(world);

        var log = world.Get<LogQuery>();

        Assert.NotEmpty((await log.ReadAsync("acme", new LogFilter(LogKind.All), null, 100, Stop)).Entries);
        Assert.Empty((await log.ReadAsync("other", new LogFilter(LogKind.All), null, 100, Stop)).Entries);
    }

    private static Task<int> FlushAsync(ScimWorld world) => world.Get<CallBook>().FlushAsync(world.Core.Time.GetUtcNow(), Stop);

    /// <summary>Entries, oldest first.</summary>
    private static async Task<List<LogEntry>> LogAsync(ScimWorld world, LogFilter filter)
    {
        await FlushAsync(world);
        return [.. (await world.Get<LogQuery>().ReadAsync("acme", filter, null, 100, Stop)).Entries.Reverse()];
    }
}
