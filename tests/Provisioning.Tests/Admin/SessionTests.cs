using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Admin;

/// <summary>Sessions: how they begin, last, end; and that nobody else can use them.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task The_cookie_is_for_this_host_for_TLS_and_for_no_script()
    {
        await using var world = await PanelWorld.CreateAsync();
        using var browser = await world.SignInAsync();

        var cookie = browser.SetCookies.Last(set => set.StartsWith("__Host-session=", StringComparison.Ordinal));
        Assert.Matches("^__Host-session=[A-Za-z0-9_-]{43}; path=/; secure; samesite=strict; httponly$", cookie);
        var form = browser.SetCookies.Last(set => set.StartsWith("__Host-form=", StringComparison.Ordinal));
        Assert.EndsWith("; path=/; secure; samesite=strict; httponly", form, StringComparison.Ordinal);
        var hashes = await world.Core.Store.ReadAsync(db => db.AdministratorSessions.Select(row => row.Hash).ToListAsync(PanelWorld.Stop), PanelWorld.Stop);
        Assert.Contains(OneTimeSecret.HashOf(browser.Session!), hashes);
        Assert.DoesNotContain(browser.Session!, hashes);
    }

    [Fact]
    public async Task On_one_machine_without_TLS_the_cookie_has_another_name()
    {
        await using var world = await PanelWorld.CreateAsync(settings: ["--Provisioning:PublicUrl=http://localhost:8090"]);
        using var browser = await world.SignInAsync();

        Assert.Contains(browser.SetCookies, set => set.StartsWith("session=", StringComparison.Ordinal) && set.EndsWith("; path=/; samesite=strict; httponly", StringComparison.Ordinal));
        Assert.Null(browser.Session);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_token_that_somebody_planted_is_never_taken_up(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        var ada = await world.AdministratorAsync();
        using var browser = world.Browse();
        var planted = OneTimeSecret.Create().Secret;
        browser.Cookies["__Host-session"] = planted;

        Assert.Equal("/admin/sign-in", (await browser.GetAsync("/admin")).Path);
        await browser.SignInAsync(ada.Email, PanelWorld.Password, ada.RecoveryCodes.Dequeue());

        Assert.NotEqual(planted, browser.Session);
        using var thief = world.Browse();
        thief.Cookies["__Host-session"] = planted;
        Assert.Equal("/admin/sign-in", (await thief.GetAsync("/admin/account")).Path.Split('?')[0]);
        using var again = await ada.SignInAsync();
        Assert.NotEqual(browser.Session, again.Session);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task It_ends_half_an_hour_after_the_last_page_and_what_pages_ask_by_themselves_counts_not(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        using var browser = await world.SignInAsync();

        world.Core.Time.Pass(TimeSpan.FromMinutes(29));
        Assert.Equal("/admin/audit", (await browser.GetAsync("/admin/audit")).Path);
        world.Core.Time.Pass(TimeSpan.FromMinutes(29));
        Assert.Equal(200, (await browser.GetAsync("/admin/group-provisioning?fragment=state")).Status);
        world.Core.Time.Pass(TimeSpan.FromMinutes(1));

        Assert.Equal(303, (await browser.GetAsync("/admin/group-provisioning?fragment=state", follow: false)).Status);
        Assert.Equal("/admin/sign-in?returnUrl=%2Fadmin%2Faudit", (await browser.GetAsync("/admin/audit")).Path);
    }

    [Fact]
    public async Task It_ends_twelve_hours_after_it_began_whatever_happens()
    {
        await using var world = await PanelWorld.CreateAsync();
        using var browser = await world.SignInAsync();
        for (var i = 0; i < 35; i++)
        {
            world.Core.Time.Pass(TimeSpan.FromMinutes(20));
            Assert.Equal("/admin", (await browser.GetAsync("/admin")).Path);
        }

        world.Core.Time.Pass(TimeSpan.FromMinutes(20));

        Assert.Equal("/admin/sign-in", (await browser.GetAsync("/admin")).Path);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_at_the_server()
    {
        await using var world = await PanelWorld.CreateAsync();
        using var browser = await world.SignInAsync();
        var token = browser.Session!;

        var page = await browser.PostAsync("/admin/account", to: "/admin/sign-out");

        Assert.Equal(("/admin/sign-in", null), (page.Path, browser.Session));
        browser.Cookies["__Host-session"] = token;
        Assert.Equal("/admin/sign-in", (await browser.GetAsync("/admin")).Path);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Signing_out_everywhere_ends_all_of_one_administrator_and_nobody_elses(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        var ada = await world.AdministratorAsync();
        using var one = await ada.SignInAsync();
        using var other = await ada.SignInAsync();
        using var bobs = await world.SignInAsync(email: "bob@example.com");

        Assert.Equal(3, (await world.Core.Get<SessionBook>().ListAsync(ada.Id, PanelWorld.Stop)).Count);
        await one.PostAsync("/admin/account", to: "/admin/sign-out?handler=Everywhere");

        Assert.Empty(await world.Core.Get<SessionBook>().ListAsync(ada.Id, PanelWorld.Stop));
        Assert.Equal("/admin/sign-in", (await other.GetAsync("/admin")).Path);
        Assert.Equal("/admin", (await bobs.GetAsync("/admin")).Path);
    }

    [Fact]
    public async Task One_of_several_can_be_ended_but_nobody_elses()
    {
        await using var world = await PanelWorld.CreateAsync();
        var ada = await world.AdministratorAsync();
        using var one = await ada.SignInAsync();
        using var other = await ada.SignInAsync();
        using var bobs = await world.SignInAsync(email: "bob@example.com");
        var rows = await world.Core.Store.ReadAsync(db => db.AdministratorSessions.ToListAsync(PanelWorld.Stop), PanelWorld.Stop);

        var done = await one.PostAsync("/admin/account", [("id", IdOf(other))], "/admin/account?handler=End");
        var refused = await one.PostAsync("/admin/account", [("id", IdOf(bobs))], "/admin/account?handler=End");

        Assert.Contains("That session has ended.", done.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("That session has ended.", (await one.GetAsync("/admin/account")).Words, StringComparison.Ordinal);
        Assert.Equal(404, refused.Status);
        Assert.Equal(("/admin/sign-in", "/admin"), ((await other.GetAsync("/admin")).Path, (await bobs.GetAsync("/admin")).Path));

        string IdOf(PanelBrowser browser) => rows.Single(row => row.Hash == OneTimeSecret.HashOf(browser.Session!)).Id;
    }

    [Fact]
    public async Task A_form_without_its_token_or_with_another_sessions_changes_nothing()
    {
        await using var world = await PanelWorld.CreateAsync();
        var ada = await world.AdministratorAsync();
        using var browser = await ada.SignInAsync();
        using var other = await ada.SignInAsync();
        var stamp = ("stamp", "");
        var foreign = (await other.GetAsync("/admin/integrations/entra")).Hidden.Single(field => field.Name == "form");

        var none = await browser.SendAsync(HttpMethod.Post, "/admin/integrations/entra", [stamp]);
        var wrong = await browser.SendAsync(HttpMethod.Post, "/admin/integrations/entra", [stamp, ("form", "CfDJ8AAAA")]);
        var anothers = await browser.SendAsync(HttpMethod.Post, "/admin/integrations/entra", [stamp, foreign]);
        browser.Cookies["__Host-form"] = other.Cookies["__Host-form"];
        var withCookie = await browser.SendAsync(HttpMethod.Post, "/admin/integrations/entra", [stamp, foreign]);

        Assert.All([none, wrong, anothers, withCookie], reply =>
        {
            Assert.Equal(400, reply.Status);
            Assert.Contains("This form is out of date", reply.Words, StringComparison.Ordinal);
        });
        Assert.Equal(0, await world.Core.Store.ReadAsync(db => db.Connections.CountAsync(PanelWorld.Stop), PanelWorld.Stop));
    }

    [Theory]
    [InlineData("cross-site", 403)]
    [InlineData("same-site", 403)]
    [InlineData("same-origin", 200)]
    [InlineData("none", 200)]
    public async Task What_another_site_sends_is_not_read(string site, int status)
    {
        await using var world = await PanelWorld.CreateAsync();
        using var browser = await world.SignInAsync();
        var form = (await browser.GetAsync("/admin/integrations/entra")).Hidden;

        var reply = await browser.SendAsync(HttpMethod.Post, "/admin/integrations/entra", form, true, ("Sec-Fetch-Site", site));

        Assert.Equal(status, reply.Status);
        Assert.Equal(status == 200 ? 1 : 0, await world.Core.Store.ReadAsync(db => db.Connections.CountAsync(PanelWorld.Stop), PanelWorld.Stop));
    }

    [Fact]
    public async Task Whoever_was_removed_has_no_session_any_more()
    {
        await using var world = await PanelWorld.CreateAsync();
        using var ada = await world.SignInAsync();
        var bob = await world.AdministratorAsync(email: "bob@example.com", name: "Bob");
        using var bobs = await bob.SignInAsync();

        var way = await world.Core.Get<OrganizationBook>().AdminTokenAsync("acme", Actor.Command, PanelWorld.Stop);
        Assert.Equal(200, (await bobs.GetAsync($"/admin/welcome/{way}")).Status);
        var ask = await ada.GetAsync($"/admin/administrators/{bob.Id}/remove");
        var done = await ada.PostAsync($"/admin/administrators/{bob.Id}/remove");

        Assert.Contains("Remove Bob?", ask.Words, StringComparison.Ordinal);
        Assert.Contains("Bob was removed.", done.Words, StringComparison.Ordinal);
        Assert.Equal("/admin/sign-in", (await bobs.GetAsync("/admin")).Path);
        Assert.Equal(404, (await bobs.GetAsync($"/admin/welcome/{way}")).Status);
        Assert.Equal(401, (await bobs.SignInAsync(bob.Email, PanelWorld.Password, bob.RecoveryCodes.Dequeue())).Status);
    }
}
