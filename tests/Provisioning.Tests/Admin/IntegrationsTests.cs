using System.Net.Http.Headers;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Admin;

/// <summary><em>Get credentials</em>, new tokens, and the mark that says that the identity provider's test has come.</summary>
public sealed class IntegrationsTests
{
    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Credentials_are_shown_once_and_work(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        using var browser = await world.SignInAsync();

        var shown = await browser.PostAsync("/admin/integrations/entra");

        var (url, token) = (shown.ValueOf("base-url"), shown.ValueOf("secret-token"));
        Assert.Matches("^https://core\\.example/scim/[a-z0-9]{20}/v2$", url);
        Assert.Matches("^[A-Za-z0-9_-]{43}$", token);
        Assert.Contains("Tenant URL", shown.Words, StringComparison.Ordinal);
        Assert.Contains("Secret token", shown.Words, StringComparison.Ordinal);
        var later = await browser.GetAsync("/admin/integrations/entra");
        Assert.Contains(url, later.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(token, later.Text, StringComparison.Ordinal);
        Assert.Equal(OneTimeSecret.HashOf(token), await world.Core.Store.ReadAsync(db => db.ConnectionTokens.Select(row => row.Hash).SingleAsync(PanelWorld.Stop), PanelWorld.Stop));
        Assert.Equal(200, await TestAsync(world, url, token));
        var line = await world.Core.Store.ReadAsync(db => db.Audit.SingleAsync(row => row.Action == "connection.created", PanelWorld.Stop), PanelWorld.Stop);
        Assert.StartsWith("administrator:", line.Actor, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sending_the_form_again_makes_nothing_and_says_so()
    {
        await using var world = await PanelWorld.CreateAsync();
        using var browser = await world.SignInAsync();
        var form = (await browser.GetAsync("/admin/integrations/okta")).Hidden;

        var first = await browser.SendAsync(HttpMethod.Post, "/admin/integrations/okta", form);
        var again = await browser.SendAsync(HttpMethod.Post, "/admin/integrations/okta", form);

        Assert.Contains("Base URL", first.Words, StringComparison.Ordinal);
        Assert.Contains("Nothing was made", again.Words, StringComparison.Ordinal);
        Assert.Equal("", again.ValueOf("secret-token"));
        Assert.Equal(1, await world.Core.Store.ReadAsync(db => db.Connections.CountAsync(PanelWorld.Stop), PanelWorld.Stop));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_mark_appears_when_the_test_arrives(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        using var browser = await world.SignInAsync();
        var shown = await browser.PostAsync("/admin/integrations/entra");
        var waiting = await browser.GetAsync("/admin/integrations/entra?fragment=state");
        Assert.Contains("Waiting for the first call from Microsoft Entra ID", waiting.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("<html", waiting.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-done", waiting.Text, StringComparison.Ordinal);

        Assert.Equal(401, await TestAsync(world, shown.ValueOf("base-url"), "wrong"));
        Assert.Contains("Waiting", (await browser.GetAsync("/admin/integrations/entra?fragment=state")).Words, StringComparison.Ordinal);
        Assert.Equal(200, await TestAsync(world, shown.ValueOf("base-url"), shown.ValueOf("secret-token")));

        var tested = await browser.GetAsync("/admin/integrations/entra?fragment=state");
        Assert.Contains("Connection tested at 1 Jun 2026, 12:00 UTC", tested.Words, StringComparison.Ordinal);
        Assert.Contains("data-done", tested.Text, StringComparison.Ordinal);
        Assert.Contains("Connected", (await browser.GetAsync("/admin/integrations")).Words, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_new_token_leaves_the_old_one_its_time_and_waits_for_its_own_first_call(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        using var browser = await world.SignInAsync();
        var old = await browser.PostAsync("/admin/integrations/entra");
        var url = old.ValueOf("base-url");
        await TestAsync(world, url, old.ValueOf("secret-token"));
        var page = $"/admin/integrations/connections/{url.Split('/')[^2]}/new-token";
        var form = (await browser.GetAsync(page)).Hidden;

        var made = await browser.SendAsync(HttpMethod.Post, page, [.. form, ("days", "1")]);
        var again = await browser.SendAsync(HttpMethod.Post, page, [.. form, ("days", "1")]);

        Assert.Contains("stays good until 2 Jun 2026, 12:00 UTC", made.Words, StringComparison.Ordinal);
        Assert.Contains("Nothing was made", again.Words, StringComparison.Ordinal);
        Assert.Contains("Waiting for the first call", (await browser.GetAsync("/admin/integrations/entra")).Words, StringComparison.Ordinal);
        Assert.Equal((200, 200), (await TestAsync(world, url, old.ValueOf("secret-token")), await TestAsync(world, url, made.ValueOf("secret-token"))));
        Assert.Contains("Connection tested at", (await browser.GetAsync("/admin/integrations/entra")).Words, StringComparison.Ordinal);
        world.Core.Time.Pass(TimeSpan.FromDays(1));
        Assert.Equal((401, 200), (await TestAsync(world, url, old.ValueOf("secret-token")), await TestAsync(world, url, made.ValueOf("secret-token"))));
    }

    [Theory]
    [InlineData("0", 401)]
    [InlineData("365", 200)]
    [InlineData("-1", 200)]
    public async Task Old_tokens_end_now_or_after_days_that_are_offered(string days, int old)
    {
        await using var world = await PanelWorld.CreateAsync();
        using var browser = await world.SignInAsync();
        var first = await browser.PostAsync("/admin/integrations/entra");
        var url = first.ValueOf("base-url");

        var made = await browser.PostAsync($"/admin/integrations/connections/{url.Split('/')[^2]}/new-token", [("days", days)]);

        Assert.Equal(old == 401, made.ValueOf("secret-token").Length > 0);
        Assert.Equal(old, await TestAsync(world, url, first.ValueOf("secret-token")));
    }

    [Fact]
    public async Task A_connection_is_ended_after_a_question()
    {
        await using var world = await PanelWorld.CreateAsync();
        using var browser = await world.SignInAsync();
        var url = (await browser.PostAsync("/admin/integrations/okta")).ValueOf("base-url");
        var page = $"/admin/integrations/connections/{url.Split('/')[^2]}/end";

        var ask = await browser.GetAsync(page);
        Assert.Contains("End the connection Okta?", ask.Words, StringComparison.Ordinal);
        Assert.Equal(1, await world.Core.Store.ReadAsync(db => db.Connections.CountAsync(PanelWorld.Stop), PanelWorld.Stop));
        var done = await browser.PostAsync(page);

        Assert.Contains("The connection Okta has ended.", done.Words, StringComparison.Ordinal);
        Assert.Equal(404, (await browser.GetAsync(page)).Status);
        Assert.Equal(0, await world.Core.Store.ReadAsync(db => db.Connections.CountAsync(PanelWorld.Stop), PanelWorld.Stop));
    }

    private static async Task<int> TestAsync(PanelWorld world, string url, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{new Uri(url).AbsolutePath}/Users?filter={Uri.EscapeDataString("userName eq \"0b3d0d5f-0000-4000-8000-000000000000\"")}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await world.Listening.Http.SendAsync(request, PanelWorld.Stop);
        return (int)response.StatusCode;
    }
}
