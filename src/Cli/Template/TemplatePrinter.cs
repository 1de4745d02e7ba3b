using System.Text.Json;

namespace EncryptionService.Cli.Template;

/// <summary>Makes what stands in a foreign file fit for a terminal: ASCII, one line, not too long, and without the enrolment token.</summary>
/// <param name="token">The token in the file, if it has one.</param>
internal sealed class TemplatePrinter(string? token)
{
    private const int Longest = 240;
    private const int ShortestToken = 8;
    private const string NotShown = "(the enrolment token)";

    /// <summary>A value as JSON; null: nothing is there.</summary>
    public string? Value(JsonElement? element) => element is { } there ? Cut(Blank(Compact(there))) : null;

    /// <summary>A pointer.</summary>
    public string Pointer(string pointer) => Blank(Plain(pointer));

    // The serializer's own encoder escapes everything beyond ASCII, and what could command a terminal.
    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element, TemplateJson.Default.JsonElement);

    private static string Plain(string text) => JsonEncodedText.Encode(text).ToString();

    private static string Cut(string text) => text.Length <= Longest ? text : $"{text[..Longest]}...";

    private string Blank(string text) => token is { Length: >= ShortestToken } ? text.Replace(Plain(token), NotShown, StringComparison.Ordinal) : text;
}
