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

    private static async Task<PanelReply> FinishAsync(PanelWorld world, PanelBrowser browser, string link, PanelReply page)
    {
        var code = Totp.CodeOf(SecretOf(page), Totp.StepOf(world.Core.Time.GetUtcNow()));
        return await browser.SendAsync(
            HttpMethod.Post, link, [.. page.Hidden, ("name", "Ada Lovelace"), ("email", "ada@example.com"), ("password", PanelWorld.Password), ("code", code)]);
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
