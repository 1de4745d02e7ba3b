namespace EncryptionService.Provisioning.Admin.Web;

/// <summary>What is shown when nothing else can be.</summary>
internal static class FailurePage
{
    /// <summary>The page.</summary>
    public static string Text { get; } =
        $"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Something went wrong · Encryption Service</title>
        <link rel="stylesheet" href="{PanelAssets.Style}"></head>
        <body class="outside"><main class="narrow"><h1>Something went wrong</h1>
        <p>The page could not be made, and nothing was changed by it. Try again in a minute; whoever runs this core finds the reason in its log, under event 1801.</p>
        <p><a href="/admin">To the start page</a></p></main></body>
        </html>

        """;
}
