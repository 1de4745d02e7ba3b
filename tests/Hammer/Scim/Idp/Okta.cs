using EncryptionService.Hammer.Report;

namespace EncryptionService.Hammer.Scim.Idp;

/// <summary>Okta with a customer's own application: everything after the creation is a PUT of the whole; users are never deleted.</summary>
internal sealed class Okta(ScimDoor door) : IIdp
{
    public const string AgentName = "Okta SCIM Client 1.0.0";

    public string Agent => AgentName;

    public async Task TestConnectionAsync(CancellationToken cancellationToken)
    {
        (await door.GetAsync("/Users?startIndex=1&count=2", cancellationToken)).Expect(200);
        (await door.GetAsync("/Groups?startIndex=1&count=100", cancellationToken)).Expect(200);
    }

    public async Task AddAsync(IdpUser user, CancellationToken cancellationToken)
    {
        while (true)
        {
            var filter = ScimText.Equals("userName", user.UserName);
            if ((await door.GetAsync($"/Users?filter={filter}&startIndex=1&count=100", cancellationToken)).ExpectAtMostOne() is { } found)
            {
                user.Provisioned((string)found["id"]!);
                if ((bool?)found["active"] != true)
                {
                    await PutAsync(user, active: true, cancellationToken);
                }

                return;
            }

            if (await door.TryAsync(HttpMethod.Post, "/Users", OktaBodies.User(user), cancellationToken) is { } answer)
            {
                user.Provisioned(answer.ExpectId(201));
                return;
            }
        }
    }

    public async Task RemoveAsync(IdpUser user, CancellationToken cancellationToken)
    {
        await PutAsync(user, active: false, cancellationToken);
        user.Suspended();
    }

    public async Task AddAsync(IdpGroup group, string name, CancellationToken cancellationToken)
    {
        while (group.Id is null)
        {
            if ((await door.GetAsync($"/Groups?filter={ScimText.Equals("displayName", name)}&startIndex=1&count=100", cancellationToken)).ExpectAtMostOne() is { } found)
            {
                group.Id = (string)found["id"]!;
            }
            else if (await door.TryAsync(HttpMethod.Post, "/Groups", OktaBodies.Group(group, name), cancellationToken) is { } answer)
            {
                group.Id = answer.ExpectId(201);
            }
        }

        (await door.GetAsync($"/Groups/{group.Id}", cancellationToken)).Expect(200);
    }

    public Task RenameAsync(IdpGroup group, string name, CancellationToken cancellationToken) => PushAsync(group, name, cancellationToken);

    public async Task RemoveAsync(IdpGroup group, CancellationToken cancellationToken)
    {
        var answer = await door.SendAsync(HttpMethod.Delete, $"/Groups/{group.RequiredId}", null, cancellationToken);
        if (answer is not { Status: 404, Lost: > 0 })
        {
            answer.Expect(204);
        }
    }

    public Task ChangeAsync(IdpGroup group, IReadOnlyList<IdpUser> joining, IReadOnlyList<IdpUser> leaving, CancellationToken cancellationToken) =>
        PushAsync(group, group.Name, cancellationToken);

    private async Task PushAsync(IdpGroup group, string name, CancellationToken cancellationToken)
    {
        var pushed = (await door.SendAsync(HttpMethod.Put, $"/Groups/{group.RequiredId}", OktaBodies.Group(group, name), cancellationToken)).Expect(200);
        if ((string?)pushed["id"] != group.Id || (string?)pushed["displayName"] != name)
        {
            throw new HammerException($"The push of {group.Handle} was answered with another group.");
        }
    }

    /// <summary>GET, then PUT of all that came, with one word changed.</summary>
    private async Task PutAsync(IdpUser user, bool active, CancellationToken cancellationToken)
    {
        var whole = (await door.GetAsync($"/Users/{user.RequiredId}", cancellationToken)).Expect(200);
        whole["active"] = active;
        var answer = (await door.SendAsync(HttpMethod.Put, $"/Users/{user.RequiredId}", whole, cancellationToken)).Expect(200);
        if ((bool?)answer["active"] != active)
        {
            throw new HammerException($"{user.Handle} was put with active {active} and answered otherwise.");
        }
    }
}
