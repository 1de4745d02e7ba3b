using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(EncryptionService.Browser.Tests.Setting.ChromiumFixture))]
// One browser and two cores: beside each other they would only wait for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace EncryptionService.Browser.Tests.Setting;

/// <summary>The machine's Chromium, started once for all tests. Each visitor has cookies and storage of its own.</summary>
public sealed class ChromiumFixture : IAsyncLifetime
{
    /// <summary>What is said where there is no browser.</summary>
    public const string Absent = "There is no Chromium: bash tests/chromium.sh";

    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>True where there is a browser; made for <c>SkipUnless</c>.</summary>
    public static bool IsPresent => Program is not null;

    private static string? Program =>
        new[] { Environment.GetEnvironmentVariable("ENCRYPTION_SERVICE_CHROMIUM"), "/usr/bin/chromium" }.FirstOrDefault(File.Exists);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (Program is { } program)
        {
            playwright = await Playwright.CreateAsync();
            browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program });
        }
    }

    /// <summary>Somebody new in front of an empty browser.</summary>
    /// <param name="look">Window and colours.</param>
    /// <param name="script">False: a browser without JavaScript.</param>
    internal async Task<Visitor> VisitAsync(Look look = Look.Desktop, bool script = true)
    {
        var isPhone = look is Look.Phone or Look.PhoneDark;
        var context = await browser!.NewContextAsync(new()
        {
            ViewportSize = isPhone ? new() { Width = 390, Height = 844 } : new() { Width = 1280, Height = 800 },
            ColorScheme = look is Look.Dark or Look.PhoneDark ? ColorScheme.Dark : ColorScheme.Light,
            Locale = "en-GB",
            TimezoneId = "UTC",
            ReducedMotion = ReducedMotion.Reduce,
            AcceptDownloads = true,
            JavaScriptEnabled = script,
        });
        return await Visitor.StartAsync(context, script);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await (browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        playwright?.Dispose();
    }
}

/// <summary>Window and colours.</summary>
public enum Look
{
    /// <summary>1280 by 800, light.</summary>
    Desktop,

    /// <summary>1280 by 800, dark.</summary>
    Dark,

    /// <summary>390 by 844, light.</summary>
    Phone,

    /// <summary>390 by 844, dark.</summary>
    PhoneDark,
}
