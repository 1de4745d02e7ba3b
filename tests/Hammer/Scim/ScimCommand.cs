using EncryptionService.Hammer.History;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Run;
using EncryptionService.Hammer.Scim.Idp;

namespace EncryptionService.Hammer.Scim;

/// <summary>A run through SCIM, as a person sees it.</summary>
internal static class ScimCommand
{
    private const double Megabyte = 1_000_000;

    public static async Task<int> RunAsync(HammerOptions options, IdpKind kind, CancellationToken cancellationToken)
    {
        Screen.Prepare();
        var lines = HistoryLine.Read(options.Events, options.Limit);
        await using var run = new ScimRun(options, kind, TimeProvider.System);
        var outcome = await Screen.FollowAsync(progress => run.RunAsync(lines, progress, cancellationToken));
        if (options.Story)
        {
            new ScimStory(run, lines).Tell();
        }

        Screen.Show(Rows(outcome.Figures), outcome.Checks, outcome.Faults);
        if (options.Json is { } file)
        {
            ResultJson.Write(file, outcome);
        }

        Console.WriteLine(Sentence(outcome));
        return outcome.Held ? 0 : 1;
    }

    private static string Sentence(ScimOutcome outcome)
    {
        var figures = outcome.Figures;
        var failed = outcome.Checks.Count(check => !check.Held);
        return failed == 0
            ? Screen.Text($"Every check held: {figures.Requests:N0} SCIM requests of {figures.Idp} on {figures.Database}, {figures.Envelopes:N0} envelopes, {figures.CoreKills + figures.ServiceKills} kills.")
            : Screen.Text($"{failed} of {outcome.Checks.Count} checks did not hold.");
    }

    private static IEnumerable<(string Name, string Value)> Rows(ScimFigures figures)
    {
        yield return ("IdP, database, instances of the core", Screen.Text($"{figures.Idp}, {figures.Database}, {figures.Instances}"));
        if (figures.Azure)
        {
            yield return ("ledger in append blobs; calls of each replica of the service", figures.Replicas > 1 ? string.Join(", ", figures.CallsOfReplicas.Select(calls => Screen.Text($"{calls:N0}"))) : "one replica");
        }

        yield return ("history lines, members a request", Screen.Text($"{figures.Lines:N0}, {figures.MembersPerRequest:N0}"));
        yield return ("users, groups", Screen.Text($"{figures.Users:N0}, {figures.Groups:N0}"));
        yield return ("SCIM requests answered, lost", Screen.Text($"{figures.Requests:N0}, {figures.Lost:N0}"));
        yield return ("SCIM requests/s, 8 at a time", Screen.Text($"{figures.RequestsPerSecond:F0}"));
        yield return ("ms a request, p50 and p99", Screen.Text($"{figures.P50Milliseconds:F1}, {figures.P99Milliseconds:F1}"));
        foreach (var kind in figures.Kinds)
        {
            yield return ($"  {kind.Kind}: number, p50 and p99", Screen.Text($"{kind.Count:N0}, {kind.P50Milliseconds:F1}, {kind.P99Milliseconds:F1}"));
        }

        yield return ("mails read, invitations accepted", Screen.Text($"{figures.Mails:N0}, {figures.Acceptances:N0}"));
        yield return ("events, statements, epochs", Screen.Text($"{figures.Events:N0}, {figures.Statements:N0}, {figures.Epochs:N0}"));
        yield return ("envelopes", Screen.Text($"{figures.Envelopes:N0}"));
        yield return ("seconds of the replay, and then until nothing was lacking", Screen.Text($"{figures.ReplaySeconds:F1}, {figures.SettledSeconds:F1}"));
        yield return ("peak memory of core and service, MB", Screen.Text($"{figures.PeakCoreBytes / Megabyte:F0}, {figures.PeakServiceBytes / Megabyte:F0}"));
        yield return ("kills of core and service", Screen.Text($"{figures.CoreKills}, {figures.ServiceKills}"));
    }
}
