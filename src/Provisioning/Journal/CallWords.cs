using System.Text.RegularExpressions;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Journal;

/// <summary>Says in a few words what a call was about.</summary>
internal static partial class CallWords
{
    private const int MostNames = 3;
    private const int LongestChange = 500;
    private const int LongestDetail = 300;
    private const int LongestName = 200;
    private const string NoFilter = "invalidFilter";

    /// <summary>Names of the members whom a batch is going to name.</summary>
    public static async Task<Dictionary<string, string>> NamesAsync(CoreDb db, IReadOnlyCollection<AnsweredCall> batch, CancellationToken cancellationToken)
    {
        var ids = batch.SelectMany(call => call.Note.Joined.Take(MostNames).Concat(call.Note.Left.Take(MostNames))).ToHashSet(StringComparer.Ordinal).ToList();
        return ids.Count == 0 ? [] : await db.Listings.Where(row => ids.Contains(row.MemberId)).ToDictionaryAsync(row => row.MemberId, row => row.Name, cancellationToken);
    }

    /// <summary>The row of a call.</summary>
    public static CallRow RowOf(AnsweredCall call, Dictionary<string, string> names)
    {
        var note = call.Note;
        List<string?> words = [note.Change, People("joined", note.Joined, names), People("left", note.Left, names)];
        var change = ForeignText.OneLine(string.Join("; ", words.OfType<string>()), LongestChange);
        var name = note.Name is null ? null : ForeignText.OneLine(note.Name, LongestName);
        var detail = DetailOf(call);
        return new CallRow
        {
            OrganizationId = call.Organization,
            At = call.At,
            ConnectionId = call.Connection,
            Method = call.Method,
            Kind = call.Kind,
            ResourceId = note.ResourceId,
            Name = name,
            Change = change.Length == 0 ? null : change,
            Status = call.Status,
            ErrorType = call.ErrorType,
            Detail = detail,
            Milliseconds = (int)Math.Min(Math.Ceiling(call.Took.TotalMilliseconds), int.MaxValue),
            Text = Folding.Fold(string.Join('\n', new[] { name, change, detail }.Where(text => !string.IsNullOrEmpty(text)))),
        };
    }

    /// <summary>A filter without what it compares with: <c>userName eq "…"</c>.</summary>
    public static string WithoutValues(string filter) => Text().Replace(ForeignText.OneLine(filter, LongestDetail), "\"…\"");

    /// <summary>What is wrong with a filter may quote it, values included.</summary>
    private static string? DetailOf(AnsweredCall call) => call.Detail is not { } detail ? null
        : call.ErrorType == NoFilter ? ForeignText.OneLine(Quoted().Replace(WithoutValues(detail), "'…'"), LongestDetail)
        : ForeignText.OneLine(detail, LongestDetail);

    private static string? People(string verb, IReadOnlyCollection<string> ids, Dictionary<string, string> names)
    {
        if (ids.Count == 0)
        {
            return null;
        }

        List<string> named = [.. ids.Take(MostNames).Select(id => names.GetValueOrDefault(id)).OfType<string>()];
        return named.Count == 0 ? $"{ids.Count} {verb}"
            : named.Count == ids.Count ? $"{string.Join(", ", named)} {verb}"
            : $"{string.Join(", ", named)} and {ids.Count - named.Count} more {verb}";
    }

    // An unfinished text, too.
    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*(?:\"|$)")]
    private static partial Regex Text();

    [GeneratedRegex("'[^']*(?:'|$)")]
    private static partial Regex Quoted();
}
