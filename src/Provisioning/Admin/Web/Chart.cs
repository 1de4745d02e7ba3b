using System.Globalization;

namespace EncryptionService.Provisioning.Admin.Web;

/// <summary>A chart of bars or points, one place for each day, drawn in the page (<c>_Chart</c>) with a table beside it.</summary>
/// <param name="Id">Id in the page.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Summary">What there is to be seen, in a sentence.</param>
/// <param name="Labels">Under the places, from left to right.</param>
/// <param name="Series">Drawn one over the other.</param>
/// <param name="Format">How a value is written.</param>
internal sealed record Chart(string Id, string Title, string Summary, IReadOnlyList<string> Labels, IReadOnlyList<Series> Series, Func<double, string> Format)
{
    /// <summary>Size of the drawing, in its own units.</summary>
    public const int Width = 720;

    /// <summary>Size of the drawing, in its own units.</summary>
    public const int Height = 220;

    // Room for "200 ms" in the letters of a phone.
    private const int Left = 88;
    private const int Bottom = 28;
    private const int Top = 12;

    /// <summary>True if there is anything to draw.</summary>
    public bool HasValues => Series.Any(series => series.Values.Any(value => value > 0));

    /// <summary>The line at the bottom.</summary>
    public static int Ground => Height - Bottom;

    /// <summary>Begin of the drawing area.</summary>
    public static int Begin => Left;

    /// <summary>Largest value that the area holds, a round one.</summary>
    public double Ceiling
    {
        get
        {
            var most = Stacked ? Enumerable.Range(0, Labels.Count).Max(place => Series.Sum(series => series.Values[place] ?? 0)) : Series.Max(series => series.Values.Max() ?? 0);
            if (most <= 0)
            {
                return 1;
            }

            var power = Math.Pow(10, Math.Floor(Math.Log10(most)));
            return new[] { 1, 2, 2.5, 5, 10 }.Select(step => step * power).First(step => step >= most * 0.999);
        }
    }

    /// <summary>Bars stand on each other; points do not.</summary>
    public bool Stacked => Series.All(series => !series.IsPoint);

    /// <summary>Middle of a place.</summary>
    public double X(int place) => Left + ((place + 0.5) * (Width - Left) / Labels.Count);

    /// <summary>Width of a bar.</summary>
    public double Bar => Math.Max(2, ((Width - Left) / (double)Labels.Count) - 10);

    /// <summary>Height of a value above the ground.</summary>
    public double Y(double value) => Ground - (value / Ceiling * (Ground - Top));

    /// <summary>Values where a line is drawn.</summary>
    public IEnumerable<double> Lines => [0, Ceiling / 2, Ceiling];

    /// <summary>A number in an attribute.</summary>
    public static string N(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Bars of a place, from the ground up.</summary>
    public IEnumerable<(Series Series, double Y, double Height, double Value)> Bars(int place)
    {
        var below = 0.0;
        foreach (var series in Series.Where(series => !series.IsPoint))
        {
            if (series.Values[place] is not (> 0 and var value))
            {
                continue;
            }

            yield return (series, Y(below + value), Y(below) - Y(below + value), value);
            below += value;
        }
    }
}

/// <summary>Values of a chart.</summary>
/// <param name="Name">Name.</param>
/// <param name="Class">Class in the style sheet: <c>one</c>, <c>two</c>, <c>three</c>.</param>
/// <param name="Values">A value for each place; null: none.</param>
/// <param name="IsPoint">Points instead of bars.</param>
internal sealed record Series(string Name, string Class, IReadOnlyList<double?> Values, bool IsPoint = false);
