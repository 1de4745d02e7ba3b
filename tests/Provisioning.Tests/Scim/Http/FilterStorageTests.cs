using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Scim;
using EncryptionService.Provisioning.Tests.Setting;

namespace EncryptionService.Provisioning.Tests.Scim.Http;

/// <summary>What the database finds is what the evaluator finds (docs/spec/scim.md, 5 and 48).</summary>
public sealed class FilterStorageTests
{
    private static readonly string[] users =
    [
        """{"userName":"ada@example.com","externalId":"A1","displayName":"Ada","title":"Countess","active":true}""",
        """{"userName":"Bob@Example.com","externalId":"a1","active":false,"emails":[{"type":"work","value":"bob@work.example"}]}""",
        """{"userName":"100%_\\x","displayName":"ÉLAN","name":{"familyName":"X"}}""",
        """{"userName":"éva","externalId":"é","nickName":"Évi","active":true}""",
        """{"userName":"zed","displayName":"zed"}""",
    ];

    private static readonly string[] userFilters =
    [
        "userName eq \"ADA@EXAMPLE.COM\"", "userName ne \"ada@example.com\"", "userName sw \"b\"", "userName ew \"COM\"", "userName co \"%_\"", "userName co \"\\\\\"", "userName sw \"É\"",
        "userName gt \"b\"", "userName le \"bob@example.com\"", "userName pr", "not (userName pr)", "externalId eq \"a1\"", "externalId ne \"a1\"", "externalId sw \"a\"", "externalId co \"1\"",
        "externalId pr", "externalId eq null", "externalId ne null", "displayName pr", "displayName eq \"élan\"", "displayName eq null", "active eq true", "active ne true", "active pr",
        "active eq \"False\"", "id pr", "title eq \"countess\"", "title pr or active eq false", "title pr and active eq true", "not (externalId eq \"A1\" or active eq false)",
        "emails.value co \"work\"", "emails[type eq \"work\" and value sw \"BOB\"]", "name.familyName eq \"x\" and userName co \"%\"", "meta.created ge \"2026-06-01T12:00:00Z\"",
        "meta.created gt \"2026-06-01T12:00:02Z\"", "meta.lastModified lt \"2026-06-01T12:00:02.0001Z\"", "meta.created eq \"2026-06-01T14:00:01+02:00\"", "meta.created ne \"2026-06-01T12:00:01Z\"",
        "not (title pr and active eq true) and (userName co \"e\" or nickName pr)", "meta.resourceType eq \"User\" and userName sw \"z\"", "not (not (externalId eq \"A1\"))",
        "active eq true and title pr", "userName co \"e\" and not (title pr)",
    ];

    private static readonly string[] groupFilters =
    [
        "displayName eq \"one\"", "displayName co \"N\"", "displayName gt \"one\"", "externalId pr", "externalId eq \"X\"", "externalId ne \"X\"", "members pr", "not (members pr)",
        "members eq \"{0}\"", "members ne \"{0}\"", "members.value eq \"{1}\" and displayName pr", "members[value eq \"{0}\"] and members[value eq \"{1}\"]",
        "members[value eq \"{0}\" and value eq \"{1}\"]", "members[value eq \"{0}\" or value eq \"{1}\"]", "members[not (value eq \"{0}\")]", "members.display co \"BOB\"",
        "members.type eq \"User\" or displayName eq \"three\"", "members[display sw \"ada\"] or externalId eq \"X\"", "meta.created gt \"2026-06-01T12:00:00Z\"",
    ];

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_48_Users_are_found_by_the_database_as_by_the_evaluator(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync();
        foreach (var user in users)
        {
            Assert.Equal(System.Net.HttpStatusCode.Created, (await acme.PostAsync("/Users", user)).Status);
            world.Core.Time.Pass(TimeSpan.FromSeconds(1));
        }

        await AssertAsync(acme, "/Users", ResourceType.User, userFilters);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_48_Groups_are_found_by_the_database_as_by_the_evaluator(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync();
        var (ada, bob) = (await acme.UserAsync("ada"), await acme.UserAsync("bob"));
        await acme.GroupAsync("One", ada, bob);
        world.Core.Time.Pass(TimeSpan.FromSeconds(1));
        await acme.GroupAsync("Two", bob);
        await acme.PostAsync("/Groups", """{"displayName":"four","externalId":"x"}""");
        await acme.PostAsync("/Groups", """{"displayName":"three","externalId":"X"}""");

        await AssertAsync(acme, "/Groups", ResourceType.Group, groupFilters.Select(filter => filter.Replace("{0}", ada, StringComparison.Ordinal).Replace("{1}", bob, StringComparison.Ordinal)));
    }

    private static async Task AssertAsync(ScimClient client, string path, ResourceType type, IEnumerable<string> filters)
    {
        var all = (await client.GetAsync(path)).Resources.Select(resource => resource!.AsObject()).ToList();
        var (some, none) = (0, 0);
        foreach (var text in filters)
        {
            Assert.True(Filter.TryParse(text, type, out var filter, out _), text);
            string[] expected = [.. all.Where(filter.Matches).Select(resource => (string)resource["id"]!)];

            var whole = await client.GetAsync($"{path}?filter={Uri.EscapeDataString(text)}");
            var second = await client.GetAsync($"{path}?filter={Uri.EscapeDataString(text)}&startIndex=2&count=1&excludedAttributes=members");

            Assert.Equal($"{text}: {string.Join(' ', expected)}", $"{text}: {string.Join(' ', whole.Ids)}");
            Assert.Equal((expected.Length, expected.Length), (whole.Total, second.Total));
            Assert.Equal(expected.Skip(1).Take(1), second.Ids);
            some += expected.Length > 0 ? 1 : 0;
            none += expected.Length < all.Count ? 1 : 0;
        }

        Assert.True(some > 10 && none > 10, "These filters tell nothing apart.");
    }
}
