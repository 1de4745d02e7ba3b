using EncryptionService.Browser.Tests.Setting;
using EncryptionService.Compliance;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using Microsoft.Playwright;
using Hosts = EncryptionService.Chain.Tests.Setting.Chain;

namespace EncryptionService.Browser.Tests;

/// <summary>The member's page in the machine's Chromium, against both real hosts.</summary>
public sealed class MemberPageTests(ChromiumFixture chromium)
{
    private const string Passphrase = "correct horse battery staple";

    [Theory(SkipUnless = nameof(ChromiumFixture.IsPresent), SkipType = typeof(ChromiumFixture), Skip = ChromiumFixture.Absent)]
    [InlineData(Look.Desktop)]
    [InlineData(Look.PhoneDark)]
    public async Task A_member_accepts_makes_keys_trusts_the_code_and_opens_what_another_client_opens(Look look)
    {
        await using var chain = await Hosts.StartAsync();
        var ann = await chain.JoinAsync("ann");
        var bob = await chain.Idp.CreateUserAsync("bob@acme.example");
        var group = await chain.Idp.CreateGroupAsync("Treasury");
        await chain.Idp.AddAsync(group, ann.Id, bob);
        await using var visitor = await chromium.VisitAsync(look);
        var page = visitor.Page;

        await visitor.OpenAsync(new Uri(await chain.LinkAsync("bob@acme.example")));
        await visitor.KeepAsync($"member-1-invitation-{look}");
        Assert.DoesNotContain('#', new Uri(page.Url).Fragment.TrimStart('#').Replace("/join", "", StringComparison.Ordinal));
        await page.Locator("#passphrase").FillAsync(Passphrase);
        await page.Locator("#passphrase-again").FillAsync(Passphrase);
        var copy = await page.RunAndWaitForDownloadAsync(() => page.Locator("#accept").ClickAsync());
        Assert.EndsWith(".json", copy.SuggestedFilename, StringComparison.Ordinal);
        await page.Locator("#organization-code").WaitForAsync();
        await visitor.InspectAsync();
        await visitor.KeepAsync($"member-2-code-{look}");
        Assert.Equal("[false,false]", await StoredAsync(page));

        await page.Locator("#organization-code").FillAsync(OrganizationCode.Format(chain.OrganizationKey()));
        await page.Locator("#trust").ClickAsync();
        await chain.SettleAsync();
        await page.Locator("#refresh").ClickAsync();
        await page.Locator($"[data-group='{group}']").WaitForAsync();
        await visitor.InspectAsync();
        await visitor.KeepAsync($"member-3-groups-{look}");

        using var anns = await ann.OpenAsync(group);
        Assert.Equal(OpenOutcome.Opened, anns.Outcome);
        Assert.Equal("opened", await OpenAsync(page, group));
        Assert.False(await SameAsync(page, anns.Key!), "The key is shown before anybody asked for it.");
        await page.Locator("#show-key").ClickAsync();
        Assert.True(await SameAsync(page, anns.Key!), "The page and the other client have different keys.");
        await page.Locator("#show-key").ClickAsync();
        await visitor.InspectAsync();
        await visitor.KeepAsync($"member-4-opened-{look}");

        // Another day: the keys are still there, and no one asks for anything.
        await visitor.OpenAsync(new Uri(chain.Core, "/member"));
        Assert.Equal("opened", await OpenAsync(page, group));
        Assert.Empty(visitor.Complaints);
    }

    [Fact(SkipUnless = nameof(ChromiumFixture.IsPresent), SkipType = typeof(ChromiumFixture), Skip = ChromiumFixture.Absent)]
    public async Task Outcomes_stay_apart()
    {
        await using var chain = await Hosts.StartAsync();
        var bob = await chain.Idp.CreateUserAsync("bob@acme.example");
        var group = await chain.Idp.CreateGroupAsync("Treasury");
        await chain.Idp.AddAsync(group, bob);
        await using var visitor = await chromium.VisitAsync();
        var page = visitor.Page;
        await JoinAsync(visitor, await chain.LinkAsync("bob@acme.example"));
        await chain.SettleAsync();

        await page.GotoAsync(new Uri(chain.Core, "/member#/groups").ToString());
        Assert.Equal("unverified", await OpenAsync(page, group));
        await visitor.KeepAsync("member-5-unverified");

        // A core that changes what the service signed, and then one that shows another organization's code.
        await page.GotoAsync(new Uri(chain.Core, "/member#/code").ToString());
        await page.Locator("#organization-code").FillAsync(OrganizationCode.Format(chain.OrganizationKey()));
        await page.Locator("#trust").ClickAsync();
        await page.Locator($"[data-group='{group}']").WaitForAsync();
        await page.RouteAsync("**/member/v1/groups/**", ForgeAsync);
        Assert.Equal("forged", await OpenAsync(page, group));
        Assert.Equal(0, await page.Locator("#show-key").CountAsync());
        await visitor.KeepAsync("member-6-forged");
        await page.UnrouteAsync("**/member/v1/groups/**");
        Assert.Equal("opened", await OpenAsync(page, group));
    }

    [Fact(SkipUnless = nameof(ChromiumFixture.IsPresent), SkipType = typeof(ChromiumFixture), Skip = ChromiumFixture.Absent)]
    public async Task A_saved_page_and_a_recovery_copy_open_the_group_from_a_file()
    {
        await using var chain = await Hosts.StartAsync();
        var bob = await chain.Idp.CreateUserAsync("bob@acme.example");
        var group = await chain.Idp.CreateGroupAsync("Treasury");
        await chain.Idp.AddAsync(group, bob);
        var folder = Directory.CreateTempSubdirectory("saved-page-");
        await using var first = await chromium.VisitAsync();
        var copy = await JoinAsync(first, await chain.LinkAsync("bob@acme.example"));
        await copy.SaveAsAsync(Path.Combine(folder.FullName, "copy.json"));
        // Somebody had a hand on the file: a code of his own stands in it.
        var text = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "copy.json"), TestContext.Current.CancellationToken);
        var tampered = text.Replace("\"coreId\":", $"\"trusted\":\"{new string('A', 43)}\",\"coreId\":", StringComparison.Ordinal);
        Assert.NotEqual(text, tampered);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "copy.json"), tampered, TestContext.Current.CancellationToken);
        await chain.SettleAsync();
        using var http = new HttpClient();
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "page.html"), await http.GetByteArrayAsync(new Uri(chain.Core, "/join/page.html"), TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        // Another file from disk has the same storage in this browser, and in it what an earlier version of the page left.
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "other.html"), "<!doctype html><title>Other</title>", TestContext.Current.CancellationToken);
        await using var second = await chromium.VisitAsync();
        var other = await second.Context.NewPageAsync();
        await other.GotoAsync(new Uri(Path.Combine(folder.FullName, "other.html")).ToString());
        await LeaveDatabaseAsync(other);
        Assert.Contains("encryption-service", await DatabasesAsync(other));

        var page = second.Page;
        await page.GotoAsync(new Uri(Path.Combine(folder.FullName, "page.html")).ToString());
        await page.Locator("#use-recovery").ClickAsync();
        await page.Locator("#recovery-file").SetInputFilesAsync(Path.Combine(folder.FullName, "copy.json"));
        await page.Locator("#recovery-passphrase").FillAsync(Passphrase);
        await page.Locator("#restore").ClickAsync();
        Assert.Equal(chain.Core.ToString().TrimEnd('/'), await page.Locator("#named-core").InnerTextAsync());
        await page.Locator("#organization-code").FillAsync(OrganizationCode.Format(chain.OrganizationKey()));
        await page.Locator("#trust").ClickAsync();
        await page.Locator($"[data-group='{group}']").WaitForAsync();
        Assert.Equal("opened", await OpenAsync(page, group));
        Assert.DoesNotContain("encryption-service", await DatabasesAsync(other));
        Assert.Empty(second.Complaints);
        folder.Delete(recursive: true);
    }

    [Fact(SkipUnless = nameof(ChromiumFixture.IsPresent), SkipType = typeof(ChromiumFixture), Skip = ChromiumFixture.Absent)]
    public async Task No_other_site_frames_it_and_without_script_it_says_what_it_needs()
    {
        await using var chain = await Hosts.StartCoreAsync();
        await using var visitor = await chromium.VisitAsync();
        await using var elsewhere = await StaticSite.StartAsync($"""<!doctype html><title>Elsewhere</title><iframe src="{new Uri(chain.Core, "/member")}"></iframe>""");
        await visitor.Page.GotoAsync(elsewhere.Address.ToString(), new() { WaitUntil = WaitUntilState.NetworkIdle });
        Assert.Contains(visitor.Complaints, complaint => complaint.Contains("frame-ancestors", StringComparison.Ordinal));

        // A link that lost its end on the way says so.
        await using var hurried = await chromium.VisitAsync();
        await hurried.OpenAsync(new Uri(chain.Core, "/join#half-a-token"));
        Assert.Contains("not whole", await hurried.Page.InnerTextAsync("main"), StringComparison.Ordinal);

        await using var plain = await chromium.VisitAsync(script: false);
        await plain.Page.GotoAsync(new Uri(chain.Core, "/member").ToString());
        Assert.Contains("JavaScript", await plain.Page.InnerTextAsync("body"), StringComparison.Ordinal);
    }

    [Fact(SkipUnless = nameof(ChromiumFixture.IsPresent), SkipType = typeof(ChromiumFixture), Skip = ChromiumFixture.Absent)]
    public async Task The_projects_vectors_pass_in_the_browser()
    {
        await using var site = await StaticSite.StartAsync(RepositoryRoot.Combine("artifacts", "page-vectors"));
        await using var visitor = await chromium.VisitAsync();
        await visitor.Page.GotoAsync(site.Address.ToString());
        await visitor.Page.Locator("#summary:not(:text-is('running'))").WaitForAsync();
        var summary = await visitor.Page.InnerTextAsync("#summary");
        Assert.Matches("^[1-9][0-9]* passed, 0 failed$", summary);
        var files = Directory.GetFiles(RepositoryRoot.Combine("tests", "Vectors", "envelopes"), "*.json").Length;
        Assert.True(int.Parse(summary.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) >= files, $"{summary}, of {files} files");
    }

    private static async Task<IDownload> JoinAsync(Visitor visitor, string link)
    {
        var page = visitor.Page;
        await page.GotoAsync(link);
        await page.Locator("#passphrase").FillAsync(Passphrase);
        await page.Locator("#passphrase-again").FillAsync(Passphrase);
        var copy = await page.RunAndWaitForDownloadAsync(() => page.Locator("#accept").ClickAsync());
        await page.Locator("#organization-code").WaitForAsync();
        return copy;
    }

    /// <returns>The outcome, as the page names it for programs.</returns>
    private static async Task<string?> OpenAsync(IPage page, string group)
    {
        if (await page.Locator("#all-groups").CountAsync() > 0)
        {
            await page.Locator("#all-groups").ClickAsync();
        }

        await page.Locator($"[data-group='{group}']").ClickAsync();
        await page.Locator("#outcome").WaitForAsync();
        return await page.Locator("#outcome").GetAttributeAsync("data-outcome");
    }

    /// <summary>Whether the private keys of the browser's store can be exported; the two of them.</summary>
    private static Task<string> StoredAsync(IPage page) => page.EvaluateAsync<string>("""
        () => new Promise((resolve, reject) => {
          const open = indexedDB.open('encryption-service');
          open.onerror = () => reject(open.error);
          open.onsuccess = () => {
            const all = open.result.transaction('members').objectStore('members').getAll();
            all.onsuccess = () => {
              const found = [];
              const walk = value => {
                if (value instanceof CryptoKey) { if (value.type === 'private') found.push(value.extractable); }
                else if (value && typeof value === 'object') Object.values(value).forEach(walk);
              };
              walk(all.result);
              open.result.close();
              resolve(JSON.stringify(found));
            };
          };
        })
        """);

    /// <summary>Names of the databases that a page sees.</summary>
    private static Task<string[]> DatabasesAsync(IPage page) => page.EvaluateAsync<string[]>("async () => (await indexedDB.databases()).map(database => database.name)");

    private static async Task LeaveDatabaseAsync(IPage page) => await page.EvaluateAsync("""
        () => new Promise((resolve, reject) => {
          const open = indexedDB.open('encryption-service');
          open.onerror = () => reject(open.error);
          open.onsuccess = () => {
            open.result.close();
            resolve();
          };
        })
        """);

    /// <summary>Compares without the key in a message of a failure.</summary>
    private static async Task<bool> SameAsync(IPage page, VaultKey key)
    {
        var shown = (await page.Locator("#vault-key").InnerTextAsync()).Trim();
        return Base64UrlText.TryDecode(shown, out var bytes) && System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(bytes, key.Reveal());
    }

    /// <summary>Another letter in the signature of the newest statement.</summary>
    private static async Task ForgeAsync(IRoute route)
    {
        var response = await route.FetchAsync();
        var text = await response.TextAsync();
        var forged = System.Text.RegularExpressions.Regex.Replace(text, "\"(ey[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.)([A-Za-z0-9_-])", match => $"\"{match.Groups[1].Value}{(match.Groups[2].Value == "A" ? "B" : "A")}");
        await route.FulfillAsync(new() { Response = response, Body = forged });
    }
}
