using System.Text;
using System.Text.RegularExpressions;
using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Connections;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EncryptionService.Provisioning.Tests.Admin;

/// <summary>What every page keeps to (docs/spec/panel.md, section 4), and that no page shows another organization.</summary>
public sealed partial class PanelRules
{
    private const int MostBytes = 200 * 1024;

    private static readonly (string Name, string Value)[] headers =
    [
        ("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"),
        ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"), ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"), ("X-Robots-Tag", "noindex"),
        ("Strict-Transport-Security", "max-age=31536000"),
    ];

    [Fact]
    public async Task Every_page_has_the_headers_and_nothing_inline_and_is_small()
    {
        await using var world = await PanelWorld.CreateAsync();
        using var stranger = world.Browse();
        using var browser = await world.SignInAsync();
        var made = await world.Core.Get<ConnectionBook>().CreateAsync("acme", ConnectionKind.EntraId, null, Actor.Command, PanelWorld.Stop);
        var assets = PanelAssets.Style.Length + (await stranger.GetAsync(PanelAssets.Style)).Text.Length + (await stranger.GetAsync(PanelAssets.Script)).Text.Length + (await stranger.GetAsync(PanelAssets.Icon)).Text.Length;
        List<PanelReply> replies =
        [
            await stranger.GetAsync("/admin/sign-in"), await stranger.GetAsync("/admin/welcome/x"), await stranger.GetAsync("/admin", follow: false),
            await browser.GetAsync("/admin/nowhere"), await browser.GetAsync($"/admin/integrations/connections/{made!.Id}/new-token"), await browser.GetAsync($"/admin/integrations/connections/{made.Id}/end"),
            await browser.SendAsync(HttpMethod.Post, "/admin/audit"), await browser.SendAsync(HttpMethod.Post, "/admin", [], true, ("Sec-Fetch-Site", "cross-site")),
        ];
        foreach (var page in PanelWorld.Pages)
        {
            var reply = await browser.GetAsync(page);
            Assert.Equal((200, page), (reply.Status, reply.Path));
            Assert.DoesNotContain("<title>Panel", reply.Text, StringComparison.Ordinal);
            replies.Add(reply);
        }

        Assert.All(replies, reply =>
        {
            Assert.All(headers, header => Assert.Equal(header.Value, Assert.Single(reply.Headers.GetValues(header.Name))));
            Assert.Equal("no-store", reply.Headers.CacheControl!.ToString());
            Assert.DoesNotMatch(Inline(), reply.Text);
            Assert.Equal(Regex.Count(reply.Text, "<form[^>]* method=\"post\""), Regex.Count(reply.Text, "<input name=\"form\" type=\"hidden\""));
            Assert.All(Address().Matches(reply.Text), found => Assert.Matches("^(/admin|#|\\?)", found.Groups[1].Value));
            Assert.InRange(Encoding.UTF8.GetByteCount(reply.Text) + assets, 0, MostBytes);
        });
    }

    [Fact]
    public async Task Every_page_but_two_wants_a_session()
    {
        await using var world = await PanelWorld.CreateAsync();
        using var stranger = world.Browse();

        foreach (var page in PanelWorld.Pages.Append("/admin/nowhere").Append("/ADMIN/audit").Append("/admin/sign-out").Append("/admin/administrators/x/remove"))
        {
            Assert.Equal(303, (await stranger.GetAsync(page, follow: false)).Status);
            var posted = await stranger.SendAsync(HttpMethod.Post, page, [], follow: false);
            Assert.Equal((303, "/admin/sign-in"), (posted.Status, posted.Location));
        }
    }

    [Fact]
    public async Task No_page_stands_outside_the_gate()
    {
        await using var world = await PanelWorld.CreateAsync();
        var pages = world.Listening.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not null).Select(endpoint => endpoint.RoutePattern.RawText!).ToArray();

        Assert.True(pages.Length >= PanelWorld.Pages.Count, $"only {pages.Length} pages were looked at");
        Assert.All(pages, pattern => Assert.Matches("^/?admin(/|$)", pattern));
    }

    [Fact]
    public async Task Assets_are_kept_by_browsers_and_others_are_not_there()
    {
        await using var world = await PanelWorld.CreateAsync();
        using var stranger = world.Browse();

        foreach (var asset in new[] { PanelAssets.Style, PanelAssets.Script, PanelAssets.Icon })
        {
            var reply = await stranger.GetAsync(asset);
            Assert.Equal((200, "public, max-age=31536000, immutable"), (reply.Status, reply.Headers.CacheControl!.ToString()));
            Assert.Equal(headers[0].Value, Assert.Single(reply.Headers.GetValues("Content-Security-Policy")));
        }

        Assert.Equal(404, (await stranger.GetAsync("/admin/assets/panel.css")).Status);
        Assert.Equal(404, (await stranger.GetAsync("/admin/assets/..%2fappsettings.json")).Status);
    }

    [Fact]
    public async Task Whatever_is_another_organizations_is_not_there()
    {
        await using var world = await PanelWorld.CreateAsync();
        await world.Core.OrganizationAsync("other", service: true);
        var eve = await world.AdministratorAsync("other", "eve@example.com", "Eve");
        var made = await world.Core.Get<ConnectionBook>().CreateAsync("other", ConnectionKind.EntraId, "Secret tenant", Actor.Command, PanelWorld.Stop);
        await world.Core.Get<OrganizationBook>().AdminTokenAsync("other", Actor.Command, PanelWorld.Stop);
        using var browser = await world.SignInAsync();
        var link = await world.Core.Store.ReadAsync(db => db.AdminLinks.Where(row => row.OrganizationId == "other" && row.UsedAt == null).Select(row => row.Hash).SingleAsync(PanelWorld.Stop), PanelWorld.Stop);
        string[] foreign = [$"/admin/integrations/connections/{made!.Id}/new-token", $"/admin/integrations/connections/{made.Id}/end", $"/admin/administrators/{eve.Id}/remove"];

        foreach (var page in foreign)
        {
            Assert.Equal(404, (await browser.GetAsync(page)).Status);
            Assert.Equal(404, (await browser.PostAsync("/admin/account", [("days", "0"), ("stamp", "")], page)).Status);
        }

        Assert.Equal(404, (await browser.PostAsync("/admin/account", [("link", link)], "/admin/administrators?handler=Withdraw")).Status);
        foreach (var page in PanelWorld.Pages)
        {
            Assert.DoesNotMatch(@"Secret tenant|eve@example\.com|\bEve\b|iiiiiiii", (await browser.GetAsync(page)).Text);
        }

        Assert.Equal(1, await world.Core.Store.ReadAsync(db => db.Connections.CountAsync(PanelWorld.Stop), PanelWorld.Stop));
        Assert.Equal(2, await world.Core.Store.ReadAsync(db => db.Administrators.CountAsync(PanelWorld.Stop), PanelWorld.Stop));
    }

    [Fact]
    public async Task A_form_that_is_too_long_is_refused()
    {
        await using var world = await PanelWorld.CreateAsync();
        using var stranger = world.Browse();

        var reply = await stranger.SendAsync(HttpMethod.Post, "/admin/sign-in", [("email", new string('x', 70_000))]);

        Assert.True(reply.Status is 400 or 413, $"{reply.Status}");
    }

    /// <summary>A script or style with content, a style attribute, a handler attribute, an address that is a script.</summary>
    [GeneratedRegex("<script(?![^>]* src=)|<style|\\sstyle=|\\son[a-z]+=|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    [GeneratedRegex("(?:href|src|action|formaction|data-live)=\"([^\"]*)\"")]
    private static partial Regex Address();
}
