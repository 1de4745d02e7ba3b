using System.Text.RegularExpressions;
using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Tests.Commands;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Admin;

/// <summary>One-time links and the accounts that they make.</summary>
public sealed partial class WelcomeTests
{
    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_first_administrator_comes_by_a_link_of_the_command_line(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        var link = new Uri((string)(await world.Core.TypeAsync("admin", "link", "--org", "acme", "--json")).Json["link"]!).PathAndQuery;
        using var browser = world.Browse();

        var page = await browser.GetAsync(link);
        var again = await browser.GetAsync(link);
        Assert.Equal((200, 200), (page.Status, again.Status));
        Assert.Contains("acme Ltd", page.Words, StringComparison.Ordinal);
        Assert.NotEqual(SecretOf(page), SecretOf(again));
        var done = await FinishAsync(world, browser, link, again);

        Assert.Equal(200, done.Status);
        var codes = Code().Matches(done.Text).Select(found => found.Value).ToArray();
        Assert.Equal(RecoveryCodes.Count, codes.Distinct().Count());
        Assert.NotNull(browser.Session);
        Assert.Contains("Ada Lovelace", (await browser.GetAsync("/admin")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(codes[0], (await browser.GetAsync(link)).Text, StringComparison.Ordinal);
        var row = await world.Core.Store.ReadAsync(db => db.Administrators.SingleAsync(PanelWorld.Stop), PanelWorld.Stop);
        Assert.Equal(("acme", "ada@example.com", "Ada Lovelace"), (row.OrganizationId, row.Email, row.Name));
        Assert.StartsWith("$scrypt$ln=16,r=8,p=2$", row.PasswordHash, StringComparison.Ordinal);
        Assert.Contains("administrator.joined", await world.Core.Store.ReadAsync(db => db.Audit.Select(line => line.Action).ToListAsync(PanelWorld.Stop), PanelWorld.Stop));
    }

    [Fact]
    public async Task A_link_is_good_once()
    {
        await using var world = await PanelWorld.CreateAsync();
        var link = await LinkAsync(world);
        using var ada = world.Browse();
        using var late = world.Browse();
        var opened = await late.GetAsync(link);
        await FinishAsync(world, ada, link, await ada.GetAsync(link));

        var second = await FinishAsync(world, late, link, opened, email: "eve@example.com");

        Assert.Equal(404, second.Status);
        Assert.Contains("This link is not good", second.Words, StringComparison.Ordinal);
        Assert.Equal(404, (await late.GetAsync(link)).Status);
        Assert.Null(late.Session);
        Assert.Equal(1, await CountAsync(world));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_two_who_finish_at_once_one_has_an_account(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        var link = await LinkAsync(world);
        using var one = world.Browse();
        using var other = world.Browse();
        var pages = (One: await one.GetAsync(link), Other: await other.GetAsync(link));

        var done = await Task.WhenAll(FinishAsync(world, one, link, pages.One), FinishAsync(world, other, link, pages.Other, email: "eve@example.com"));

        Assert.Equal([200, 404], done.Select(page => page.Status).Order());
        Assert.Equal(1, await CountAsync(world));
    }

    [Fact]
    public async Task A_link_ends_after_a_day()
    {
        await using var world = await PanelWorld.CreateAsync();
        var link = await LinkAsync(world);
        using var browser = world.Browse();
        world.Core.Time.Pass(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        var page = await browser.GetAsync(link);
        world.Core.Time.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal((200, 404), (page.Status, (await FinishAsync(world, browser, link, page)).Status));
        Assert.Equal(404, (await browser.GetAsync("/admin/welcome/none")).Status);
        Assert.Equal(0, await CountAsync(world));
    }

    [Theory]
    [InlineData("name", "", "Type your name")]
    [InlineData("email", "ada", "e-mail address like")]
    [InlineData("password", "acme Ltd 1234", "Choose another password")]
    [InlineData("password", "short", "at least 12")]
    [InlineData("code", "000000", "did not fit")]
    [InlineData("offer", "AAAA", "open too long")]
    public async Task What_does_not_fit_is_said_and_the_link_stays_good(string field, string value, string reason)
    {
        await using var world = await PanelWorld.CreateAsync();
        var link = await LinkAsync(world);
        using var browser = world.Browse();
        var page = await browser.GetAsync(link);

        var refused = await FinishAsync(world, browser, link, page, change: (field, value));
        Assert.Equal(422, refused.Status);
        Assert.Contains(reason, refused.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(PanelWorld.Password, refused.Text, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(world));

        Assert.Equal(200, (await FinishAsync(world, browser, link, refused)).Status);
    }

    [Fact]
    public async Task An_offer_of_another_link_is_not_taken()
    {
        await using var world = await PanelWorld.CreateAsync();
        var (link, other) = (await LinkAsync(world), await LinkAsync(world));
        using var browser = world.Browse();

        var refused = await FinishAsync(world, browser, link, await browser.GetAsync(other));

        Assert.Equal(422, refused.Status);
        Assert.Equal(0, await CountAsync(world));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_address_has_one_account_in_the_core(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        await world.AdministratorAsync();
        await world.Core.OrganizationAsync("other");
        var link = new Uri((string)(await world.Core.TypeAsync("admin", "link", "--org", "other", "--json")).Json["link"]!).PathAndQuery;
        using var browser = world.Browse();

        var refused = await FinishAsync(world, browser, link, await browser.GetAsync(link), email: "ADA@example.com");

        Assert.Equal(422, refused.Status);
        Assert.Contains("an account with this e-mail address already. Sign in with it, or take another one.", refused.Words, StringComparison.Ordinal);
        Assert.Equal(200, (await FinishAsync(world, browser, link, refused, email: "bob@example.com")).Status);
    }

    private static async Task<string> LinkAsync(PanelWorld world) =>
        new Uri((string)(await world.Core.TypeAsync("admin", "link", "--org", "acme", "--json")).Json["link"]!).PathAndQuery;

    private static Task<int> CountAsync(PanelWorld world) => world.Core.Store.ReadAsync(db => db.Administrators.CountAsync(PanelWorld.Stop), PanelWorld.Stop);

    private static async Task<PanelReply> FinishAsync(
        PanelWorld world, PanelBrowser browser, string link, PanelReply page, string email = "ada@example.com", (string Name, string Value)? change = null)
    {
        var code = Totp.CodeOf(SecretOf(page), Totp.StepOf(world.Core.Time.GetUtcNow()));
        (string Name, string Value)[] fields = [.. page.Hidden, ("name", "Ada Lovelace"), ("email", email), ("password", PanelWorld.Password), ("code", code)];
        return await browser.SendAsync(HttpMethod.Post, link, [.. fields.Select(field => field.Name == change?.Name ? change.Value : field)]);
    }

    /// <summary>Reads the key that stands beside the picture.</summary>
    private static byte[] SecretOf(PanelReply page)
    {
        var text = Regex.Match(page.Text, "id=\"totp-key\">([A-Z2-7 ]+)<").Groups[1].Value.Replace(" ", "", StringComparison.Ordinal);
        Assert.Equal(32, text.Length);
        var bits = string.Concat(text.Select(letter => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, Totp.SecretLength).Select(i => Convert.ToByte(bits.Substring(8 * i, 8), 2))];
    }

    [GeneratedRegex("[0-9a-z]{4}(?:-[0-9a-z]{4}){3}")]
    private static partial Regex Code();
}
