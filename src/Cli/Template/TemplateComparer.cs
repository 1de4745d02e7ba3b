using System.Globalization;
using System.Text.Json;

namespace EncryptionService.Cli.Template;

/// <summary>A place where a file is not as published.</summary>
/// <param name="Pointer">JSON pointer (RFC 6901); in a list of another length the index is that of the text which has the item.</param>
/// <param name="Published">What is published there; null: nothing.</param>
/// <param name="File">What the file has there; null: nothing.</param>
internal readonly record struct TemplateDifference(string Pointer, JsonElement? Published, JsonElement? File);

/// <summary>Compares two templates member by member. White space and the order of an object's members mean nothing; everything else does.</summary>
internal static class TemplateComparer
{
    /// <summary>All differences, in the order of the published text, then what only the file has.</summary>
    public static IReadOnlyList<TemplateDifference> Compare(JsonElement published, JsonElement file)
    {
        var found = new List<TemplateDifference>();
        Compare("", published, file, found);
        return found;
    }

    private static void Compare(string pointer, JsonElement published, JsonElement file, List<TemplateDifference> found)
    {
        if (published.ValueKind == JsonValueKind.Object && file.ValueKind == JsonValueKind.Object)
        {
            CompareMembers(pointer, published, file, found);
        }
        else if (published.ValueKind == JsonValueKind.Array && file.ValueKind == JsonValueKind.Array)
        {
            CompareItems(pointer, [.. published.EnumerateArray()], [.. file.EnumerateArray()], found);
        }
        else if (!IsSame(published, file))
        {
            found.Add(new TemplateDifference(pointer, published, file));
        }
    }

    private static void CompareMembers(string pointer, JsonElement published, JsonElement file, List<TemplateDifference> found)
    {
        // By name, exactly: the deployment reads names without regard to case, so another spelling is a difference.
        var rest = file.EnumerateObject().ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal);
        foreach (var member in published.EnumerateObject())
        {
            var at = $"{pointer}/{Escape(member.Name)}";
            if (rest.Remove(member.Name, out var value))
            {
                Compare(at, member.Value, value, found);
            }
            else
            {
                found.Add(new TemplateDifference(at, member.Value, null));
            }
        }

        found.AddRange(rest.Select(member => new TemplateDifference($"{pointer}/{Escape(member.Key)}", null, member.Value)));
    }

    /// <summary>One item put in or taken out must not make all behind it look changed: what is alike at both ends is left out first.</summary>
    private static void CompareItems(string pointer, JsonElement[] published, JsonElement[] file, List<TemplateDifference> found)
    {
        var shorter = Math.Min(published.Length, file.Length);
        var head = 0;
        while (head < shorter && IsSame(published[head], file[head]))
        {
            head++;
        }

        var tail = 0;
        while (tail < shorter - head && IsSame(published[^(tail + 1)], file[^(tail + 1)]))
        {
            tail++;
        }

        for (var i = head; i < Math.Max(published.Length, file.Length) - tail; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{pointer}/{i}");
            switch (i < published.Length - tail, i < file.Length - tail)
            {
                case (true, true):
                    Compare(at, published[i], file[i], found);
                    break;
                case (true, false):
                    found.Add(new TemplateDifference(at, published[i], null));
                    break;
                default:
                    found.Add(new TemplateDifference(at, null, file[i]));
                    break;
            }
        }
    }

    /// <summary>True without a difference. It does not line up lists, so that however deep they are nested it looks at everything once.</summary>
    private static bool IsSame(JsonElement published, JsonElement file) => published.ValueKind == file.ValueKind && published.ValueKind switch
    {
        JsonValueKind.Object => published.GetPropertyCount() == file.GetPropertyCount()
            && published.EnumerateObject().All(member => file.TryGetProperty(member.Name, out var value) && IsSame(member.Value, value)),
        JsonValueKind.Array => published.GetArrayLength() == file.GetArrayLength()
            && published.EnumerateArray().Zip(file.EnumerateArray()).All(pair => IsSame(pair.First, pair.Second)),
        JsonValueKind.String => string.Equals(published.GetString(), file.GetString(), StringComparison.Ordinal),
        // 1, 1.0 and 1e0 are one number to some readers and not to others.
        JsonValueKind.Number => string.Equals(published.GetRawText(), file.GetRawText(), StringComparison.Ordinal),
        _ => true,
    };

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
