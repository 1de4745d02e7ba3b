using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace EncryptionService.Benchmarks.Report;

/// <summary>Takes figures, shows each at once, and keeps all for programs.</summary>
internal sealed class Board(TextWriter output)
{
    private readonly List<Figure> figures = [];
    private readonly long began = Stopwatch.GetTimestamp();
    private string benchmark = "";

    /// <summary>Bars that were missed.</summary>
    public int Missed => figures.Count(figure => figure.Held == false);

    /// <summary>Begins a benchmark, and notes how busy the machine is: others on the same cores make every time longer, ratios less so.</summary>
    public void Begin(string name)
    {
        benchmark = name;
        output.WriteLine();
        output.WriteLine(name);
        var load = double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
        Add("load of the machine at the beginning", load, "", $"{Environment.ProcessorCount} cores");
    }

    /// <summary>Something that is no figure.</summary>
    public void Say(string text) => output.WriteLine($"  {text}");

    /// <summary>A figure without a bar.</summary>
    public void Add(string name, double value, string unit, string? note = null) => Add(new Figure(benchmark, name, value, unit, null, null, note));

    /// <summary>A figure that must not be smaller.</summary>
    public void AtLeast(double bar, string name, double value, string unit, string? note = null)
        => Add(new Figure(benchmark, name, value, unit, $">= {Text(bar)}", value >= bar, note));

    /// <summary>A figure that must not be larger.</summary>
    public void AtMost(double bar, string name, double value, string unit, string? note = null)
        => Add(new Figure(benchmark, name, value, unit, $"<= {Text(bar)}", value <= bar, note));

    public void End()
    {
        var bars = figures.Count(figure => figure.Held is not null);
        output.WriteLine();
        output.WriteLine($"{bars - Missed} of {bars} bars held, in {Text(Stopwatch.GetElapsedTime(began).TotalSeconds)} s");
    }

    public async Task WriteJsonAsync(FileInfo file, CancellationToken cancellationToken)
    {
        await using var stream = file.Create();
        await JsonSerializer.SerializeAsync(stream, figures, FigureJson.MakeReadable().IReadOnlyListFigure, cancellationToken);
    }

    private void Add(Figure figure)
    {
        figures.Add(figure);
        var verdict = figure.Held switch { true => $"bar {figure.Bar}: held", false => $"bar {figure.Bar}: MISSED", _ => "" };
        output.WriteLine($"  {figure.Name,-58} {Text(figure.Value),10} {figure.Unit,-12} {verdict,-22} {figure.Note}".TrimEnd());
    }

    private static string Text(double value)
        => value.ToString(Math.Abs(value) >= 1_000 ? "N0" : Math.Abs(value) >= 100 ? "0" : Math.Abs(value) >= 10 ? "0.0" : "0.###", CultureInfo.InvariantCulture);
}
