using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EncryptionService.Hammer.Report;

namespace EncryptionService.Hammer.Scim.Idp;

/// <summary>Entra ID: looks before it creates, disables before it deletes, and patches groups in two dialects, here in turn.</summary>
internal sealed class EntraId(ScimDoor door) : IIdp
{
    public const string AgentName = "Microsoft-AzureAD-Provisioning/1.0";
    private const string Flag = "aadOptscim062020";
    private const int OneInSoManyIsAskedFor = 16;
    private int requests;

    public string Agent => AgentName;

    private bool NextIsModern => (Interlocked.Increment(ref requests) & 1) == 0;

    public async Task TestConnectionAsync(CancellationToken cancellationToken)
    {
        var nobody = (await door.GetAsync($"/Users?filter={ScimText.Equals("userName", RandomGuid())}", cancellationToken)).ExpectAtMostOne();
        var nothing = (await FindGroupAsync(RandomGuid(), cancellationToken)).ExpectAtMostOne();
        if (nobody is not null || nothing is not null)
        {
            throw new HammerException("The test of the connection found somebody who does not exist.");
        }

        (await door.GetAsync("/Schemas", cancellationToken)).Expect(200);
    }

    public async Task AddAsync(IdpUser user, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = (await FindUserAsync(user, cancellationToken)).ExpectAtMostOne();
            if (found is not null)
            {
                user.Provisioned((string)found["id"]!);
                if ((bool?)found["active"] != true)
                {
                    await PatchAsync(user, Active(true), cancellationToken);
                }

                return;
            }

            if (await door.TryAsync(HttpMethod.Post, "/Users", EntraBodies.User(user), cancellationToken) is { } answer)
            {
                user.Provisioned(answer.ExpectId(201));
                return;
            }
        }
    }

    public async Task RemoveAsync(IdpUser user, CancellationToken cancellationToken)
    {
        await SuspendAsync(user, cancellationToken);
        var deleted = await door.SendAsync(HttpMethod.Delete, $"/Users/{user.RequiredId}", null, cancellationToken);
        if (deleted is not { Status: 404, Lost: > 0 })
        {
            deleted.Expect(204);
        }

        user.Deleted();
    }

    /// <summary>Blocked, unassigned or soft-deleted: no more than this.</summary>
    public async Task SuspendAsync(IdpUser user, CancellationToken cancellationToken)
    {
        (await door.GetAsync($"/Users/{user.RequiredId}", cancellationToken)).Expect(200);
        await PatchAsync(user, Active(false), cancellationToken);
        user.Suspended();
    }

    public async Task AddAsync(IdpGroup group, string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            if ((await FindGroupAsync(name, cancellationToken)).ExpectAtMostOne() is { } found)
            {
                group.Id = (string)found["id"]!;
                return;
            }

            if (await door.TryAsync(HttpMethod.Post, "/Groups", EntraBodies.Group(group, name), cancellationToken) is { } answer)
            {
                group.Id = answer.ExpectId(201);
                return;
            }
        }
    }

    public async Task RenameAsync(IdpGroup group, string name, CancellationToken cancellationToken)
    {
        var now = (await door.GetAsync($"/Groups/{group.RequiredId}?excludedAttributes=members", cancellationToken)).Expect(200);
        if (now.ContainsKey("members"))
        {
            throw new HammerException($"The members of {group.Handle} were answered although they were excluded.");
        }

        var modern = NextIsModern;
        await PatchAsync(
            group, modern, modern ? ScimText.Operation("replace", null, new JsonObject { ["displayName"] = name }) : ScimText.Operation("Replace", "displayName", name), cancellationToken);
    }

    public async Task RemoveAsync(IdpGroup group, CancellationToken cancellationToken)
    {
        var answer = await door.SendAsync(HttpMethod.Delete, $"/Groups/{group.RequiredId}", null, cancellationToken);
        if (answer is not { Status: 404, Lost: > 0 })
        {
            answer.Expect(204);
        }
    }

    public async Task ChangeAsync(IdpGroup group, IReadOnlyList<IdpUser> joining, IReadOnlyList<IdpUser> leaving, CancellationToken cancellationToken)
    {
        // Departures and arrivals are requests of their own, as they are there.
        if (leaving.Count > 0)
        {
            var modern = NextIsModern;
            await PatchAsync(group, modern, modern
                ? leaving.Select(user => ScimText.Operation("remove", $"members[value eq \"{user.RequiredId}\"]", null))
                : [ScimText.Operation("Remove", "members", EntraBodies.Members(leaving))], cancellationToken);
        }

        if (joining.Count > 0)
        {
            var modern = NextIsModern;
            await PatchAsync(group, modern, [ScimText.Operation(modern ? "add" : "Add", "members", EntraBodies.Members(joining))], cancellationToken);
            if (RandomNumberGenerator.GetInt32(OneInSoManyIsAskedFor) == 0)
            {
                await AskAsync(group, joining[0], cancellationToken);
            }
        }
    }

    private static string RandomGuid() => new Guid(RandomNumberGenerator.GetBytes(16)).ToString();

    private JsonObject Active(bool active) => NextIsModern
        ? ScimText.Operation("replace", "active", active)
        : ScimText.Operation("Replace", "active", active ? "True" : "False");

    private Task<ScimAnswer> FindUserAsync(IdpUser user, CancellationToken cancellationToken) =>
        door.GetAsync($"/Users?filter={ScimText.Equals("userName", user.UserName)}", cancellationToken);

    private Task<ScimAnswer> FindGroupAsync(string name, CancellationToken cancellationToken) =>
        door.GetAsync($"/Groups?excludedAttributes=members&filter={ScimText.Equals("displayName", name)}", cancellationToken);

    /// <summary>Asks for one membership.</summary>
    private async Task AskAsync(IdpGroup group, IdpUser user, CancellationToken cancellationToken)
    {
        var filter = Uri.EscapeDataString($"id eq \"{group.RequiredId}\" and members eq \"{user.RequiredId}\"");
        if ((await door.GetAsync($"/Groups?excludedAttributes=members&filter={filter}", cancellationToken)).ExpectAtMostOne() is null)
        {
            throw new HammerException($"{user.Handle} was made a member of {group.Handle}, and is none.");
        }
    }

    private async Task PatchAsync(IdpUser user, JsonObject operation, CancellationToken cancellationToken) =>
        (await door.SendAsync(HttpMethod.Patch, $"/Users/{user.RequiredId}", ScimText.Patch(operation), cancellationToken)).Expect(200, 204);

    private Task PatchAsync(IdpGroup group, bool modern, JsonObject operation, CancellationToken cancellationToken) => PatchAsync(group, modern, [operation], cancellationToken);

    private async Task PatchAsync(IdpGroup group, bool modern, IEnumerable<JsonObject> operations, CancellationToken cancellationToken) =>
        (await door.SendAsync(HttpMethod.Patch, $"/Groups/{group.RequiredId}{(modern ? $"?{Flag}" : "")}", ScimText.Patch(operations), cancellationToken)).Expect(204);
}
