using System.Buffers;

namespace EncryptionService.Formats;

/// <summary>The alphabet of ids (envelope.md, section 1).</summary>
public static class IdText
{
    /// <summary>Longest id, in characters.</summary>
    public const int MaxLength = 64;

    private static readonly SearchValues<char> alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>True for 1 to 64 characters of the alphabet that are not all dots: such an id is a way out of its folder in any path.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
        => text.Length is >= 1 and <= MaxLength && !text.ContainsAnyExcept(alphabet) && text.ContainsAnyExcept('.');
}
