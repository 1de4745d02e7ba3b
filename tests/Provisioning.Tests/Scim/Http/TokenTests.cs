using System.Net;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Scim.Http;

/// <summary>Who may call (docs/spec/scim.md, 1).</summary>
public sealed class TokenTests
{
    [Fact]
    public async Task Point_01_A_token_is_good_at_its_own_address_only()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        var second = await world.ConnectMoreAsync("acme");
        var other = await world.ConnectAsync("other");

        (await acme.GetAsync("/Users")).Is(HttpStatusCode.OK);
        var wrong = new[] { acme.At(second.Connection), acme.At(other.Connection), acme.At("nothing"), acme.With(other.Token), acme.With("x"), acme.With("") };
        var replies = new List<ScimReply>();
        foreach (var client in wrong)
        {
            replies.Add((await client.GetAsync("/Users")).Is(HttpStatusCode.Unauthorized));
            replies.Add((await client.GetAsync("/Nothing")).Is(HttpStatusCode.Unauthorized));
            replies.Add((await client.DeleteAsync("/Users/1")).Is(HttpStatusCode.Unauthorized));
        }

        Assert.Single(replies.Select(reply => reply.Text).Distinct());
        Assert.All(replies, reply => Assert.StartsWith("Bearer", reply.Headers["WWW-Authenticate"], StringComparison.Ordinal));
        (await acme.SendAsync("GET", "/Users", body: null, authorization: $"bearer {acme.Token}")).Is(HttpStatusCode.OK);
        (await acme.SendAsync("GET", "/Users", body: null, authorization: $"Basic {acme.Token}")).Is(HttpStatusCode.Unauthorized);
        (await acme.SendAsync("GET", $"/Users?access_token={acme.Token}", body: null, authorization: "")).Is(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Point_01_A_right_call_is_noted_at_the_connection()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        (await acme.With("x").GetAsync("/Users")).Is(HttpStatusCode.Unauthorized);
        Assert.Equal((null, null), await NotesAsync(world));

        await acme.PostAsync("/Users", "{}");
        var (tested, used) = await NotesAsync(world);
        Assert.Null(tested);
        Assert.NotNull(used);
        await acme.GetAsync("/Users");

        Assert.NotNull((await NotesAsync(world)).Tested);
    }

    private static Task<(DateTimeOffset? Tested, DateTimeOffset? Used)> NotesAsync(ScimWorld world) => world.Store.ReadAsync(
        async db =>
        {
            var row = await db.Connections.SingleAsync(ScimWorld.Token);
            return (row.TestedAt, row.LastUsedAt);
        },
        ScimWorld.Token);
}
