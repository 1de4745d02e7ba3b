using System.Globalization;
using System.Text.Json.Nodes;
using EncryptionService.Hammer.Checks;
using EncryptionService.Hammer.Scim.Idp;

namespace EncryptionService.Hammer.Scim.Checks;

/// <summary>Reads everything back as the IdP would.</summary>
internal sealed class ScimReading(ScimDoor door, IdpDirectory directory)
{
    private const int Page = 100;
    private readonly List<string> problems = [];

    /// <summary>The members of each group that exists, by the history's names.</summary>
    public Dictionary<string, HashSet<string>> Rosters { get; } = [];

    /// <summary>Groups that are gone, by the history's names.</summary>
    public HashSet<string> Ended { get; } = [];

    /// <summary>Users: who is active is listed as active, who was suspended as not active, who was deleted not at all.</summary>
    public async Task<Check> UsersAsync(CancellationToken cancellationToken)
    {
        var listed = await ListAsync("/Users", cancellationToken);
        var expected = directory.Users.Values.Where(user => user.Id is not null).ToDictionary(user => user.RequiredId);
        problems.AddRange(expected.Keys.Except(listed.Keys).Select(id => $"{expected[id].Handle} is not listed"));
        problems.AddRange(listed.Keys.Except(expected.Keys).Select(id => $"{id} should not be listed"));
        foreach (var (id, user) in expected.Where(pair => listed.ContainsKey(pair.Key)))
        {
            Expect((bool?)listed[id]["active"] == user.Active, $"{user.Handle} is not listed with active {user.Active}");
            Expect((string?)listed[id]["userName"] == user.UserName, $"{user.Handle} is listed with another name");
        }

        var gone = directory.Users.Values.SelectMany(user => user.Ids.Where(id => id != user.Id)).ToList();
        foreach (var id in gone)
        {
            Expect((await door.GetAsync($"/Users/{id}", cancellationToken)).Status == 404, $"{id} was deleted and is answered");
        }

        var suspended = expected.Values.Count(user => !user.Active);
        return Check.Of("Every user is listed as the IdP left it", $"{expected.Count} users, {suspended} of them suspended, {gone.Count} deleted", Taken());
    }

    /// <summary>Groups, each asked for by id.</summary>
    public async Task<Check> GroupsAsync(CancellationToken cancellationToken)
    {
        var handles = directory.Users.Values.SelectMany(user => user.Ids.Select(id => (id, user.Handle))).ToDictionary(pair => pair.id, pair => pair.Handle);
        foreach (var group in directory.Groups.Values)
        {
            var answer = await door.GetAsync($"/Groups/{group.RequiredId}", cancellationToken);
            if (group.Ended)
            {
                Expect(answer.Status == 404, $"{group.Handle} was deleted and is answered with {answer.Status}");
                Ended.Add(group.Handle);
                continue;
            }

            var body = answer.Expect(200);
            Expect((string?)body["displayName"] == group.Name, $"{group.Handle} has another name");
            Rosters.Add(group.Handle, [.. (body["members"]?.AsArray() ?? []).Select(member => handles.GetValueOrDefault((string)member!["value"]!, "a stranger"))]);
        }

        var listed = await ListAsync("/Groups?excludedAttributes=members", cancellationToken);
        Expect(listed.Count == Rosters.Count, $"{listed.Count} groups are listed, and {Rosters.Count} exist");
        return Check.Of("Every group is answered and listed as the IdP left it", $"{Rosters.Count} groups, {Ended.Count} deleted ones", Taken());
    }

    private async Task<Dictionary<string, JsonObject>> ListAsync(string resource, CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, JsonObject>();
        var separator = resource.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        while (true)
        {
            var query = string.Create(CultureInfo.InvariantCulture, $"{resource}{separator}startIndex={all.Count + 1}&count={Page}");
            var body = (await door.GetAsync(query, cancellationToken)).Expect(200);
            Expect((int?)body["startIndex"] == all.Count + 1, $"{query} echoes startIndex {body["startIndex"]}");
            var page = body["Resources"]!.AsArray();
            foreach (var resourceOf in page)
            {
                Expect(all.TryAdd((string)resourceOf!["id"]!, resourceOf.AsObject()), $"{resourceOf["id"]} is listed twice");
            }

            if (page.Count == 0 || all.Count >= (int)body["totalResults"]!)
            {
                Expect(all.Count == (int)body["totalResults"]!, $"{all.Count} of {body["totalResults"]} are listed");
                return all;
            }
        }
    }

    private void Expect(bool holds, string problem)
    {
        if (!holds)
        {
            problems.Add(problem);
        }
    }

    private List<string> Taken()
    {
        var taken = problems.ToList();
        problems.Clear();
        return taken;
    }
}
