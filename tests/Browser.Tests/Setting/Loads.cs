using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace EncryptionService.Browser.Tests.Setting;

/// <summary>How long pages took to load, as the browser measured it: a line each in <c>artifacts/screenshots/loads.txt</c>. To be read; a test must not depend on it.</summary>
internal static partial class Loads
{
    private static readonly SemaphoreSlim gate = new(1);

    public static async Task WriteAsync(IPage page)
    {
        var took = await page.EvaluateAsync<double>("performance.getEntriesByType('navigation')[0].duration");
        await gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"{took,8:0} ms  {Token().Replace(new Uri(page.Url).AbsolutePath, "…")}{Environment.NewLine}");
            await File.AppendAllTextAsync(Path.Combine(Screenshots.Folder, "loads.txt"), line, TestContext.Current.CancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    // The path of a one-time link ends with its token.
    [GeneratedRegex("[A-Za-z0-9_-]{43}$")]
    private static partial Regex Token();
}
