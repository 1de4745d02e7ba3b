using EncryptionService.Browser.Tests.Setting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Hosts = EncryptionService.Chain.Tests.Setting.Chain;

namespace EncryptionService.Browser.Tests;

/// <summary>What another site, or somebody at the same browser, tries against the panel.</summary>
public sealed class AttackTests(ChromiumFixture chromium)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(SkipUnless = nameof(ChromiumFixture.IsPresent), SkipType = typeof(ChromiumFixture), Skip = ChromiumFixture.Absent)]
    public async Task Another_site_posts_nothing_frames_nothing_and_sees_nothing()
    {
        await using var hosts = await Hosts.StartCoreAsync();
        await using var admin = await chromium.VisitAsync();
        await admin.WelcomeAsync(hosts);
        var page = admin.Page;

        // A frame around the panel.
        await using var framer = await StaticSite.StartAsync($"""<!doctype html><title>Framer</title><iframe src="{new Uri(hosts.Core, "/admin")}"></iframe>""");
        var before = admin.Complaints.Count;
        await page.GotoAsync(Elsewhere(framer.Address), new() { WaitUntil = WaitUntilState.NetworkIdle });
        Assert.Contains(admin.Complaints.Skip(before), complaint => complaint.Contains("frame", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("Grace Hopper", string.Concat(await Task.WhenAll(page.Frames.Select(frame => frame.ContentAsync()))), StringComparison.Ordinal);

        // A form that another site sends with the administrator's browser.
        var target = new Uri(hosts.Core, "/admin/integrations/entra");
        await using var forger = await StaticSite.StartAsync($"""<!doctype html><title>Forger</title><form method="post" action="{target}"><button>Win a prize</button></form>""");
        await page.GotoAsync(Elsewhere(forger.Address));
        var answer = await page.RunAndWaitForResponseAsync(() => page.ClickAsync("button"), response => response.Url == target.ToString());
        Assert.Equal(403, answer.Status);
        Assert.False(await hosts.ReadAsync(db => db.Connections.AnyAsync(Stop)), "another site made a connection");
    }

    [Fact(SkipUnless = nameof(ChromiumFixture.IsPresent), SkipType = typeof(ChromiumFixture), Skip = ChromiumFixture.Absent)]
    public async Task A_session_that_was_put_into_the_browser_beforehand_is_not_the_one_that_is_signed_in()
    {
        await using var hosts = await Hosts.StartCoreAsync();
        await using var admin = await chromium.VisitAsync();
        var codes = await admin.WelcomeAsync(hosts);
        var first = await SessionAsync(admin);
        await admin.Page.ClickAsync("summary:has-text('Grace Hopper')");
        await admin.Page.ClickAsync("button:text-is('Sign out')");
        await admin.Page.WaitForURLAsync("**/admin/sign-in*");

        // The token of a session that has ended, or any other that an attacker knows.
        await admin.Context.AddCookiesAsync([new() { Name = first.Name, Value = first.Value, Url = hosts.Core.ToString() }]);
        await admin.Page.GotoAsync(new Uri(hosts.Core, "/admin").ToString());
        Assert.Contains("/admin/sign-in", admin.Page.Url, StringComparison.Ordinal);
        await admin.Page.SignInAsync(codes.Dequeue());
        await admin.Page.WaitForURLAsync("**/admin");
        var second = await SessionAsync(admin);
        Assert.NotEqual(first.Value, second.Value);
        Assert.True(second.HttpOnly);
        Assert.Equal(SameSiteAttribute.Strict, second.SameSite);

        await using var attacker = await chromium.VisitAsync();
        await attacker.Context.AddCookiesAsync([new() { Name = first.Name, Value = first.Value, Url = hosts.Core.ToString() }]);
        await attacker.Page.GotoAsync(new Uri(hosts.Core, "/admin").ToString());
        Assert.Contains("/admin/sign-in", attacker.Page.Url, StringComparison.Ordinal);
    }

    [Theory(SkipUnless = nameof(ChromiumFixture.IsPresent), SkipType = typeof(ChromiumFixture), Skip = ChromiumFixture.Absent)]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/admin")]
    [InlineData("/\\evil.example")]
    [InlineData("/admin/../..//evil.example")]
    [InlineData("javascript:alert(1)")]
    public async Task A_sign_in_leads_nowhere_else(string elsewhere)
    {
        await using var hosts = await Hosts.StartCoreAsync();
        await using var admin = await chromium.VisitAsync();
        var codes = await admin.WelcomeAsync(hosts);
        await admin.Context.ClearCookiesAsync();
        await admin.Page.GotoAsync(new Uri(hosts.Core, $"/admin/sign-in?returnUrl={Uri.EscapeDataString(elsewhere)}").ToString());
        await admin.Page.SignInAsync(codes.Dequeue());
        await admin.Page.WaitForURLAsync("**/admin");
        Assert.Equal(new Uri(hosts.Core, "/admin").ToString(), admin.Page.Url);
    }

    [Fact(SkipUnless = nameof(ChromiumFixture.IsPresent), SkipType = typeof(ChromiumFixture), Skip = ChromiumFixture.Absent)]
    public async Task Without_JavaScript_and_with_the_keyboard_alone_the_panel_does_its_work()
    {
        await using var hosts = await Hosts.StartCoreAsync();
        await using var admin = await chromium.VisitAsync(script: false);
        var codes = await admin.WelcomeAsync(hosts);
        var page = admin.Page;
        await admin.Context.ClearCookiesAsync();
        await page.GotoAsync(new Uri(hosts.Core, "/admin/integrations/okta").ToString());

        // The form is first in the order of the keyboard: brand, e-mail address, password, code.
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(PanelVisitor.Email);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(PanelVisitor.Password);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(codes.Dequeue());
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/admin/integrations/okta");
        await page.FocusAsync("button:text-is('Get credentials')");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForSelectorAsync("#secret-token");
        Assert.NotEmpty(await page.InputValueAsync("#secret-token"));
        Assert.Equal(1, await hosts.ReadAsync(db => db.Connections.CountAsync(Stop)));
    }

    /// <summary>A different site: other name, other port.</summary>
    private static string Elsewhere(Uri address) => address.ToString().Replace("localhost", "127.0.0.1", StringComparison.Ordinal);

    private static async Task<BrowserContextCookiesResult> SessionAsync(Visitor visitor) =>
        Assert.Single(await visitor.Context.CookiesAsync(), cookie => cookie.Name.EndsWith("session", StringComparison.Ordinal));
}
