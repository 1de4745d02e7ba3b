using System.Globalization;
using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Hosts = EncryptionService.Chain.Tests.Setting.Chain;

namespace EncryptionService.Browser.Tests.Setting;

/// <summary>An administrator's way into the panel, through its pages.</summary>
internal static class PanelVisitor
{
    public const string Email = "grace@acme.example";
    public const string Password = "four ordinary words and 1 more";

    /// <summary>The link that <c>admin link</c> prints.</summary>
    public static async Task<Uri> AdminLinkAsync(this Hosts hosts) => new(
        hosts.Core,
        $"/admin/welcome/{await hosts.Provisioning.GetRequiredService<OrganizationBook>().AdminTokenAsync(Hosts.Organization, Actor.Command, TestContext.Current.CancellationToken)}");

    /// <summary>Makes the first administrator, who is signed in then.</summary>
    /// <returns>Recovery codes, each good for one sign-in.</returns>
    public static async Task<Queue<string>> WelcomeAsync(this Visitor visitor, Hosts hosts, string? picture = null)
    {
        var page = visitor.Page;
        await visitor.OpenAsync(await hosts.AdminLinkAsync());
        await (picture is null ? Task.CompletedTask : visitor.KeepAsync(picture));
        await page.FillAsync("#name", "Grace Hopper");
        await page.FillAsync("#email", Email);
        await page.FillAsync("#password", Password);
        var secret = FromBase32(await page.InnerTextAsync("#totp-key"));
        await page.FillAsync("#code", Totp.CodeOf(secret, Totp.StepOf(TimeProvider.System.GetUtcNow())));
        await page.ClickAsync("button:text-is('Finish')");
        await page.WaitForSelectorAsync("#recovery-codes, .notice");
        Assert.False(await page.IsVisibleAsync(".notice.bad"), await page.InnerTextAsync("main"));
        await visitor.InspectAsync();
        var codes = new Queue<string>((await page.Locator("#recovery-codes li").AllInnerTextsAsync()).Select(code => code.Trim()));
        await page.ClickAsync("a.button.main");
        await page.WaitForURLAsync("**/admin");
        return codes;
    }

    public static async Task SignInAsync(this IPage page, string code)
    {
        await page.FillAsync("#email", Email);
        await page.FillAsync("#password", Password);
        await page.FillAsync("#code", code);
        await page.PressAsync("#code", "Enter");
    }

    private static byte[] FromBase32(string text)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)).Select(letter => Convert.ToString(Alphabet.IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Where(chunk => chunk.Length == 8).Select(chunk => byte.Parse(chunk, NumberStyles.BinaryNumber, CultureInfo.InvariantCulture))];
    }
}
