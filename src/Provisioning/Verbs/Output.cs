using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Verbs;

/// <summary>What a verb says: results on standard output, everything else on standard error. Secrets are printed once, there, and nowhere else.</summary>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
/// <param name="json">Print for programs.</param>
internal sealed class Output(TextWriter output, TextWriter error, bool json)
{
    // Names in any script stay readable; this JSON is no part of a page.
    private static readonly JsonSerializerOptions readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>True if a program reads.</summary>
    public bool IsJson => json;

    /// <summary>A result in both forms.</summary>
    public int Done(JsonNode forPrograms, params string[] forPeople)
    {
        if (json)
        {
            output.WriteLine(forPrograms.ToJsonString(readable));
            return ExitCode.Ok;
        }

        Say(forPeople);
        return ExitCode.Ok;
    }

    /// <summary>Lines for people.</summary>
    public void Say(params string[] lines)
    {
        foreach (var line in lines)
        {
            output.WriteLine(line);
        }
    }

    /// <summary>Why not, and what can be done.</summary>
    public int Refuse(string why)
    {
        error.WriteLine(why);
        return ExitCode.Refused;
    }

    /// <summary>A value is not as it has to be.</summary>
    public int Wrong(string why)
    {
        error.WriteLine(why);
        return ExitCode.Configuration;
    }

    /// <summary>There is no such organization.</summary>
    public int NoOrganization(string id) => Refuse($"There is no organization {Printable(id)}. 'org list' shows which there are.");

    /// <summary>Text of others, made fit for a terminal: control characters would be commands there.</summary>
    public static string Printable(string text) => string.Concat(text.Select(letter => char.IsControl(letter) || char.GetUnicodeCategory(letter) == System.Globalization.UnicodeCategory.Format ? '?' : letter));

    /// <summary>A table: columns as wide as their widest cell.</summary>
    public static string[] Table(IReadOnlyList<string> heads, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] all = [heads, .. rows.Select(row => (IReadOnlyList<string>)[.. row.Select(Printable)])];
        var widths = heads.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        return [.. all.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd())];
    }

    /// <summary>A time as people and programs read it.</summary>
    public static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
}
