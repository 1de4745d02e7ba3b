using System.Globalization;
using System.Text.RegularExpressions;

namespace EncryptionService.Provisioning.Journal;

/// <summary>Cells of comma-separated values (RFC 4180).</summary>
internal static partial class Csv
{
    /// <summary>A cell: in quotation marks where it has to be. What a spreadsheet would run begins with an apostrophe.</summary>
    public static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        // Spreadsheets pass over blanks before a formula, and take full-width signs as well.
        var first = text.AsSpan().TrimStart() is [var letter, ..] ? letter : text[0];
        var isFormula = first is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' || text[0] is '\t' or '\r' or '\n';
        var isNumber = double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);
        var safe = isFormula && !isNumber ? $"'{text}" : text;
        // Some split the line at other signs, whatever stands in quotation marks: a piece may be a formula, too.
        safe = Piece().Replace(safe, "$1'$2");
        return safe.AsSpan().IndexOfAny(",\"\r\n") >= 0 || safe[0] == '\'' ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    [GeneratedRegex(@"([;\t|])(\s*[=+\-@＝＋－＠])")]
    private static partial Regex Piece();
}
