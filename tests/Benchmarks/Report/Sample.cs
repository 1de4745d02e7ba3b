using System.Diagnostics;
using System.Globalization;

namespace EncryptionService.Benchmarks.Report;

/// <summary>Repeated measurements of one thing.</summary>
internal sealed class Sample
{
    private readonly List<double> values = [];

    public int Count => values.Count;

    public double Median => Quantile(0.5);

    public double Smallest => Quantile(0);

    /// <summary>How far the measurements lie apart, for the note beside a median.</summary>
    public string Spread => string.Create(CultureInfo.InvariantCulture, $"{values.Count} runs, {Quantile(0):0.##} to {Quantile(1):0.##}");

    public void Add(double value) => values.Add(value);

    /// <summary>Adds what an action takes, in milliseconds, and returns it.</summary>
    public double Time(Action action)
    {
        var begin = Stopwatch.GetTimestamp();
        action();
        var took = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        Add(took);
        return took;
    }

    /// <summary>The value below which this share of the measurements lies.</summary>
    public double Quantile(double share)
    {
        var sorted = values.Order().ToArray();
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }
}
