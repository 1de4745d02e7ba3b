namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>Where somebody signs in from, as the list of sessions shows it.</summary>
/// <param name="Client">Browser and system.</param>
/// <param name="Address">IP address.</param>
internal sealed record Visitor(string Client, string Address)
{
    // In this order: later ones call themselves by the earlier ones' names, too.
    private static readonly (string Mark, string Name)[] browsers = [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrom", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] systems =
        [("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    /// <summary>Whoever sends this request. Nothing of what a client calls itself is kept but known words.</summary>
    public static Visitor Of(HttpContext context)
    {
        var agent = context.Request.Headers.UserAgent.ToString();
        return new Visitor($"{Word(browsers, agent) ?? "A browser"} on {Word(systems, agent) ?? "an unknown system"}", context.Connection.RemoteIpAddress?.ToString() ?? "unknown");
    }

    private static string? Word((string Mark, string Name)[] known, string agent)
    {
        var found = Array.Find(known, entry => agent.Contains(entry.Mark, StringComparison.Ordinal));
        return found.Name;
    }
}
