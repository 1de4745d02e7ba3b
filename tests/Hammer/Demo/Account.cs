using System.Globalization;
using EncryptionService.Hammer.Report;
using Spectre.Console;

namespace EncryptionService.Hammer.Demo;

/// <summary>What was shown, and whether it came as expected. Written as it happens.</summary>
internal sealed class Account
{
    private readonly IAnsiConsole console = AnsiConsole.Console;
    private readonly List<string> wrong = [];

    /// <summary>Results shown so far.</summary>
    public int Shown { get; private set; }

    /// <summary>Results that came otherwise than expected.</summary>
    public IReadOnlyList<string> Wrong => wrong;

    /// <summary>A part of the account.</summary>
    public void Chapter(string title)
    {
        console.WriteLine();
        console.MarkupLine(CultureInfo.InvariantCulture, "[bold]{0}[/]", Markup.Escape(title));
    }

    /// <summary>A line that claims nothing.</summary>
    public void Note(string text) => console.MarkupLine(CultureInfo.InvariantCulture, "    [grey]{0}[/]", Markup.Escape(text));

    /// <summary>A result.</summary>
    /// <param name="expected">Whether it is the expected one.</param>
    /// <param name="text">The expected result, as a sentence.</param>
    /// <param name="seen">What was seen.</param>
    public void Show(bool expected, string text, string seen = "")
    {
        Shown++;
        if (!expected)
        {
            wrong.Add(text);
        }

        console.MarkupLine(
            CultureInfo.InvariantCulture, "  {0} {1}{2}", expected ? "[green]✔[/]" : "[red]✘ NOT SO:[/]", Markup.Escape(text), Markup.Escape(seen.Length > 0 ? $"  ({seen})" : ""));
    }

    /// <summary>Ends the account.</summary>
    /// <returns>Exit code.</returns>
    public int End()
    {
        console.WriteLine();
        Console.WriteLine(wrong.Count == 0
            ? Screen.Text($"All {Shown} results were as expected.")
            : Screen.Text($"{wrong.Count} of {Shown} results were not as expected: {string.Join("; ", wrong)}."));
        return wrong.Count == 0 ? 0 : 1;
    }
}
