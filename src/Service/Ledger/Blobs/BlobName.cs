using System.Globalization;

namespace EncryptionService.Service.Ledger.Blobs;

/// <summary>What the blob of a segment is called: stream name, comma, six digits (docs/spec/ledger.md, section 10). Pure.</summary>
/// <remarks>
/// The comma sorts before every character of an id, so that a listing comes in the order of <see cref="StreamName"/>. With the digits behind it
/// no part of a path is <c>.</c> or <c>..</c> and none ends with a dot, whatever the group is called: addresses are not rewritten on the way.
/// </remarks>
internal static class BlobName
{
    private const char Separator = ',';
    private const int Digits = 6;

    /// <summary>The name of a segment's blob.</summary>
    public static string Of(SegmentName segment) => string.Create(CultureInfo.InvariantCulture, $"{segment.Stream}{Separator}{segment.Number:D6}");

    /// <summary>What the names of all segments of a stream begin with, and of no other stream's.</summary>
    public static string PrefixOf(StreamName stream) => $"{stream}{Separator}";

    /// <summary>Reads the name of a blob; false: it is no segment's, and no business of ours.</summary>
    public static bool TryParse(string name, out SegmentName segment)
    {
        var comma = name.Length - Digits - 1;
        if (comma > 0
            && name[comma] == Separator
            && StreamName.TryParse(name[..comma], out var stream)
            && int.TryParse(name.AsSpan(comma + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0)
        {
            segment = new(stream, number);
            return true;
        }

        segment = default;
        return false;
    }
}
