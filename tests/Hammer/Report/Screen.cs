using System.Globalization;
using EncryptionService.Hammer.Checks;
using EncryptionService.Hammer.Run;
using Spectre.Console;

namespace EncryptionService.Hammer.Report;

/// <summary>What a person sees.</summary>
internal static class Screen
{
    /// <summary>Where nobody looks at a terminal: no colours, no lines that move, and wide enough not to be broken.</summary>
    public static void Prepare()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Capabilities.Ansi = false;
            AnsiConsole.Profile.Capabilities.Interactive = false;
            AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
            AnsiConsole.Profile.Width = 160;
        }
    }

    /// <summary>Runs with a bar on a terminal, and with a line for each tenth elsewhere.</summary>
    public static async Task<T> FollowAsync<T>(Func<IProgress<RunProgress>, Task<T>> run)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || !AnsiConsole.Profile.Capabilities.Ansi)
        {
            return await run(new PlainProgress());
        }

        return await AnsiConsole.Progress().AutoClear(true).StartAsync(context =>
        {
            var task = context.AddTask("replaying", maxValue: 1);
            return run(new BarProgress(task));
        });
    }

    public static void Show(RunOutcome outcome) => Show(Rows(outcome.Figures), outcome.Checks, outcome.Faults);

    /// <summary>Figures, checks, and the first faults.</summary>
    public static void Show(IEnumerable<(string Name, string Value)> rows, IReadOnlyList<Check> checks, IReadOnlyCollection<string> faults)
    {
        var table = new Table().Border(Border()).AddColumn("Figure").AddColumn(new TableColumn("Value").RightAligned());
        foreach (var (name, value) in rows)
        {
            table.AddRow(name, value);
        }

        AnsiConsole.Write(table);
        ShowChecks(checks);
        foreach (var fault in faults.Take(10))
        {
            Console.WriteLine($"  fault: {fault}");
        }
    }

    public static string Sentence(RunOutcome outcome)
    {
        var figures = outcome.Figures;
        var failed = outcome.Checks.Count(check => !check.Held);
        return failed == 0
            ? Text($"Every check held: {figures.Events:N0} events in {figures.Requests:N0} requests, {figures.Envelopes:N0} envelopes, {figures.Kills} kills.")
            : Text($"{failed} of {outcome.Checks.Count} checks did not hold.");
    }

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Lines that every terminal and every log can show.</summary>
    public static TableBorder Border() => AnsiConsole.Profile.Capabilities.Ansi ? TableBorder.Rounded : TableBorder.Ascii;

    private static void ShowChecks(IReadOnlyList<Check> checks)
    {
        foreach (var check in checks)
        {
            var mark = check.Held ? "[green]✔[/]" : "[red]✘[/]";
            AnsiConsole.MarkupLine(CultureInfo.InvariantCulture, "{0} {1}", mark, Markup.Escape(check.Name));
            AnsiConsole.MarkupLine(CultureInfo.InvariantCulture, "  [grey]{0}[/]", Markup.Escape(check.Detail));
        }
    }

    private static IEnumerable<(string Name, string Value)> Rows(Figures figures)
    {
        const double Megabyte = 1_000_000;
        yield return ("history lines, lines a request", Text($"{figures.Lines:N0}, {figures.LinesPerRequest:N0}"));
        if (figures.Azure)
        {
            yield return ("ledger in append blobs; calls of each replica", figures.Replicas > 1 ? string.Join(", ", figures.CallsOfReplicas.Select(calls => Text($"{calls:N0}"))) : "one replica");
        }

        yield return ("events, requests", Text($"{figures.Events:N0}, {figures.Requests:N0}"));
        yield return ("users, groups", Text($"{figures.Users:N0}, {figures.Groups:N0}"));
        yield return ("statements, epochs", Text($"{figures.Statements:N0}, {figures.Epochs:N0}"));
        yield return ("envelopes", Text($"{figures.Envelopes:N0}"));
        yield return ("seconds until nothing was lacking", Text($"{figures.Seconds:F1}"));
        yield return ("events/s, envelopes/s", Text($"{figures.EventsPerSecond:F0}, {figures.EnvelopesPerSecond:F0}"));
        yield return ("ms a request, p50 and p99", Text($"{figures.P50Milliseconds:F1}, {figures.P99Milliseconds:F1}"));
        yield return ("peak memory of the service, MB", Text($"{figures.PeakServiceBytes / Megabyte:F0}"));
        yield return ("ledger, MB", Text($"{figures.LedgerBytes / Megabyte:F1}"));
        yield return ("kills, gaps answered, reseals", Text($"{figures.Kills}, {figures.Gaps}, {figures.Reseals}"));
        yield return ("events sent again", Text($"{figures.Duplicates:N0}"));
    }

    private sealed class BarProgress(ProgressTask task) : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            task.Value = value.Share;
            task.Description = value.Kills > 0 ? Text($"{value.Step}, {value.Kills} kills") : value.Step;
        }
    }

    private sealed class PlainProgress : IProgress<RunProgress>
    {
        private int tenths = -1;

        public void Report(RunProgress value)
        {
            var reached = (int)(value.Share * 10);
            if (reached > tenths)
            {
                tenths = reached;
                Console.WriteLine(Text($"{value.Step}: {value.Share:P0}, {value.Kills} kills"));
            }
        }
    }
}
