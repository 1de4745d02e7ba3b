using System.Globalization;

namespace EncryptionService.Provisioning.Admin.Web;

/// <summary>Which rows of a table a page shows.</summary>
/// <param name="Number">Page, from 1.</param>
internal readonly record struct Rows(int Number)
{
    /// <summary>Rows of a page.</summary>
    public const int Size = 50;

    private const int MostPages = 1_000_000;

    /// <summary>Rows before this page.</summary>
    public int Skip => (Number - 1) * Size;

    /// <summary>The page that an address asks for; the first where it asks for none.</summary>
    public static Rows Of(string? number) =>
        new(int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page is >= 1 and <= MostPages ? page : 1);

    /// <summary>What the page's table says about itself: 51 to 100 of 10,000.</summary>
    public string Tell(int total, int shown, string one, string several) => total == 0 ? $"No {several}"
        : total <= Size ? Words.Count(total, one, several)
        : string.Create(CultureInfo.InvariantCulture, $"{Skip + 1:N0} to {Skip + shown:N0} of {Words.Count(total, one, several)}");
}
