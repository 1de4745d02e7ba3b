using System.Text.Json.Nodes;
using EncryptionService.Browser.Tests.Setting;
using EncryptionService.Formats;
using Microsoft.Playwright;
using Hosts = EncryptionService.Chain.Tests.Setting.Chain;

namespace EncryptionService.Browser.Tests;

/// <summary>All the way that the README shows: from an administrator's one-time link to a member's open vault key, in the browser.</summary>
public sealed class TourTests(ChromiumFixture chromium)
{
    private const string Passphrase = "correct horse battery staple";

    private static readonly string image = $"localhost/encryption-service@sha256:{new string('7', 64)}";

    [Fact(SkipUnless = nameof(ChromiumFixture.IsPresent), SkipType = typeof(ChromiumFixture), Skip = ChromiumFixture.Absent)]
    public async Task From_the_administrators_link_to_a_members_open_vault_key()
    {
        await using var hosts = await Hosts.StartCoreAsync(("Provisioning:ServiceImage", image));
        await using var admin = await chromium.VisitAsync();
        var page = admin.Page;

        // 1. The link makes the first administrator.
        await admin.WelcomeAsync(hosts, "tour-0-welcome");

        // 2. Get credentials; the identity provider tests them; the mark changes by itself.
        await admin.OpenAsync(new Uri(hosts.Core, "/admin/integrations/entra"));
        await page.ClickAsync("button:text-is('Get credentials')");
        await page.WaitForSelectorAsync("#secret-token");
        await admin.InspectAsync();
        Assert.Contains("Waiting for the first call", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        var (address, token) = (await page.InputValueAsync("#base-url"), await page.InputValueAsync("#secret-token"));
        await page.EvaluateAsync("document.querySelector('#secret-token').value = 'shown once'");
        await admin.KeepAsync("tour-1-credentials", whole: false);
        hosts.Connect(new Uri(address), token);
        await hosts.Idp.GetAsync("Users?filter=userName%20eq%20%227b5e7b1c-test%22");
        await page.WaitForSelectorAsync("text=Connection tested");

        // 3. The page again shows no token any more.
        await admin.OpenAsync(new Uri(hosts.Core, "/admin/integrations/entra"));
        Assert.DoesNotContain(token, await page.ContentAsync(), StringComparison.Ordinal);

        // 4. Create configuration, and the service that comes with it.
        await admin.OpenAsync(new Uri(hosts.Core, "/admin/group-provisioning"));
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("button:text-is('Create configuration')"));
        Assert.Equal("eec-acme.json", download.SuggestedFilename);
        var configuration = JsonNode.Parse(await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken))!;
        Assert.Equal(image, Default(configuration, "containerImage"));
        await admin.OpenAsync(new Uri(hosts.Core, "/admin/group-provisioning"));
        await page.WaitForSelectorAsync("text=Waiting for the service");
        await hosts.StartServiceAsync(Default(configuration, "enrolmentToken"));
        await page.WaitForSelectorAsync(".badge:has-text('Enrolled')");
        var code = OrganizationCode.Format(hosts.OrganizationKey());
        Assert.Contains(code, await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await admin.InspectAsync();

        // 5. The directory sends people and a group; the invitation comes by mail.
        var bob = await hosts.Idp.CreateUserAsync("bob@acme.example");
        var ann = await hosts.Idp.CreateUserAsync("ann@acme.example");
        var group = await hosts.Idp.CreateGroupAsync("Treasury");
        await hosts.Idp.AddAsync(group, bob, ann);
        await using var member = await chromium.VisitAsync(Look.Phone);
        await member.OpenAsync(new Uri(await hosts.LinkAsync("bob@acme.example")));
        await member.Page.FillAsync("#passphrase", Passphrase);
        await member.Page.FillAsync("#passphrase-again", Passphrase);
        await member.Page.RunAndWaitForDownloadAsync(() => member.Page.ClickAsync("#accept"));
        await member.Page.FillAsync("#organization-code", code);
        await member.Page.ClickAsync("#trust");
        await hosts.SettleAsync();
        await member.Page.ClickAsync("#refresh");
        await member.Page.ClickAsync($"[data-group='{group}']");
        await member.Page.WaitForSelectorAsync("#outcome[data-outcome='opened']");
        await member.KeepAsync("tour-4-member", whole: false);

        // 6. The panel tells the same.
        await admin.OpenAsync(new Uri(hosts.Core, "/admin/group-provisioning"));
        await page.WaitForSelectorAsync("text=Provisioned and running");
        await admin.KeepAsync("tour-2-service", whole: false);
        await admin.OpenAsync(new Uri(hosts.Core, $"/admin/groups/{group}"));
        Assert.Contains("1 of 1", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await admin.KeepAsync("tour-3-group", whole: false);
        await AssertActionsAsync(admin, hosts, group, bob, ann);
        await AssertEveryPageAsync(admin, hosts, group, bob);
        Assert.Empty(admin.Complaints);
        Assert.Empty(member.Complaints);
    }

    private static string Default(JsonNode configuration, string parameter) => (string)configuration["parameters"]![parameter]!["defaultValue"]!;

    /// <summary>Rotate now, resend, suspend and restore, delete now; and the log has it.</summary>
    private static async Task AssertActionsAsync(Visitor admin, Hosts hosts, string group, string bob, string ann)
    {
        var page = admin.Page;
        await page.FillAsync("#reason", "A laptop was lost");
        await page.ClickAsync("button:text-is('Ask for a new vault key')");
        await page.WaitForSelectorAsync(".notice.good");
        await hosts.SettleAsync();
        await admin.OpenAsync(new Uri(hosts.Core, $"/admin/groups/{group}"));
        Assert.Contains("A laptop was lost", await page.InnerTextAsync("main"), StringComparison.Ordinal);

        await admin.OpenAsync(new Uri(hosts.Core, $"/admin/members/{ann}"));
        await page.ClickAsync("button:text-is('Mail the invitation again')");
        await page.WaitForSelectorAsync(".notice.good");

        await hosts.Idp.SetActiveAsync(bob, active: false);
        await admin.OpenAsync(new Uri(hosts.Core, $"/admin/members/{bob}"));
        Assert.Contains("Deleted for good", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await admin.KeepAsync("panel-member-suspended");
        await page.ClickAsync("button:text-is('Restore')");
        await page.WaitForSelectorAsync(".notice.good");

        await hosts.Idp.SetActiveAsync(ann, active: false);
        await admin.OpenAsync(new Uri(hosts.Core, $"/admin/members/{ann}"));
        await page.ClickAsync("a:text-is('Delete now')");
        await admin.InspectAsync();
        await page.ClickAsync("main button");
        await page.WaitForURLAsync("**/admin/members");
        await hosts.SettleAsync();
        await admin.OpenAsync(new Uri(hosts.Core, "/admin/log?q=Treasury"));
        Assert.Contains("Treasury", await page.InnerTextAsync("table"), StringComparison.Ordinal);
        var export = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("a:text-is('Download CSV')"));
        Assert.Contains("Treasury", await File.ReadAllTextAsync(await export.PathAsync(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>Every page in the four looks, held to the rules; pictures are kept.</summary>
    private static async Task AssertEveryPageAsync(Visitor admin, Hosts hosts, string group, string bob)
    {
        (string Name, string Path)[] pages =
        [
            ("overview", ""), ("members", "/members"), ("member", $"/members/{bob}"), ("groups", "/groups"), ("group", $"/groups/{group}"), ("approvals", "/approvals"),
            ("integrations", "/integrations"), ("entra", "/integrations/entra"), ("okta", "/integrations/okta"), ("group-provisioning", "/group-provisioning"), ("log", "/log"),
            ("parked", "/log/parked"), ("audit", "/audit"), ("administrators", "/administrators"), ("account", "/account"), ("password", "/account/password"), ("app", "/account/app"),
        ];
        foreach (var (look, width, scheme) in new[] { ("desktop", 1280, ColorScheme.Light), ("desktop-dark", 1280, ColorScheme.Dark), ("phone", 390, ColorScheme.Light), ("phone-dark", 390, ColorScheme.Dark) })
        {
            await admin.Page.SetViewportSizeAsync(width, width == 390 ? 844 : 800);
            await admin.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var (name, path) in pages)
            {
                var response = await admin.OpenAsync(new Uri(hosts.Core, $"/admin{path}"));
                Assert.Equal(200, response.Status);
                await admin.KeepAsync($"panel-{name}-{look}");
            }
        }
    }
}
