using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace EncryptionService.Cli.Template;

/// <summary>Reads a template more strictly than the deployment does, so that no two readers can see two things in it.</summary>
internal static class TemplateText
{
    /// <summary>Longest file; the published one has about an eighth of that.</summary>
    public const int MostBytes = 256 * 1024;

    private static readonly JsonDocumentOptions strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = 64,
    };

    /// <summary>Reads a file.</summary>
    /// <returns>One byte more than <see cref="MostBytes"/> at most, so that whoever parses it sees that it is too long.</returns>
    public static async Task<byte[]> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        var bytes = new byte[MostBytes + 1];
        return bytes[..await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken)];
    }

    /// <summary>Parses one JSON object: UTF-8 without a byte order mark, no duplicate member, no comment, nothing behind it.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="template">The object. Every string in it can be read.</param>
    /// <param name="problem">What is wrong, as the end of a sentence that begins with the file's name.</param>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out JsonElement? template, out string problem)
    {
        template = null;
        problem = utf8.Length > MostBytes ? $"is longer than {MostBytes / 1024} KB" : "is no JSON object, or has duplicate members, comments, or text that is no text";
        if (utf8.Length > MostBytes || !Utf8.IsValid(utf8))
        {
            return false;
        }

        try
        {
            var parsed = JsonElement.Parse(utf8, strict);
            if (parsed.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            ReadAllStrings(parsed);
            template = parsed;
            problem = "";
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // InvalidOperationException: an escaped lone surrogate, in a name or in a value.
            return false;
        }
    }

    private static void ReadAllStrings(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    ReadAllStrings(member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    ReadAllStrings(item);
                }

                break;
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            default:
                break;
        }
    }
}
