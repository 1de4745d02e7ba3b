using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace EncryptionService.Provisioning.Scim;

/// <summary>Reads request bodies and writes answers (docs/spec/scim.md, 2 and 50).</summary>
internal static class ScimJson
{
    /// <summary>Media type of every answer.</summary>
    public const string MediaType = "application/scim+json";

    /// <summary>Deepest nesting.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonNodeOptions anyCase = new() { PropertyNameCaseInsensitive = true };

    private static readonly JsonWriterOptions writerOptions = new()
    {
        // The answer is never read as HTML: no need to escape what only matters there.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxDepth + 8,
    };

    /// <summary>
    /// Reads text that must be exactly one JSON object: valid UTF-8, at most 64 levels, no member twice in whatever case, no U+0000 and no
    /// lone surrogate anywhere. The objects of the result find members in any case.
    /// </summary>
    public static bool TryReadObject(
        ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out JsonObject? json, [NotNullWhen(false)] out ScimError? error)
    {
        json = null;
        if (!Utf8.IsValid(utf8.Span))
        {
            error = ScimError.InvalidSyntax("The body is not valid UTF-8.");
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(utf8.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
            reader.Read();
            json = Read(ref reader) as JsonObject;
            while (reader.Read())
            {
                // Anything behind the value makes the reader throw.
            }

            error = json is null ? ScimError.InvalidSyntax("The body is not a JSON object.") : null;
        }
        catch (JsonException)
        {
            json = null;
            error = ScimError.InvalidSyntax("The body is not JSON, is nested too deeply, or has a member twice.");
        }
        catch (InvalidOperationException)
        {
            json = null;
            error = ScimError.InvalidSyntax("The body has a lone surrogate in a string.");
        }

        return json is not null;
    }

    /// <summary>Reads an object that this room wrote. Throws where it is none.</summary>
    public static JsonObject ReadStored(string json)
        => TryReadObject(System.Text.Encoding.UTF8.GetBytes(json), out var read, out var error) ? read : throw new InvalidDataException(error.Detail);

    /// <summary>Text for a column of the database.</summary>
    public static string ToText(JsonObject json) => System.Text.Encoding.UTF8.GetString(ToUtf8(json).Span);

    /// <summary>The bytes of an answer.</summary>
    public static ReadOnlyMemory<byte> ToUtf8(JsonObject json)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, writerOptions))
        {
            json.WriteTo(writer);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>An object whose members are found in any case.</summary>
    public static JsonObject NewObject() => new(anyCase);

    /// <summary>The string in a node, or null.</summary>
    public static string? AsText(JsonNode? node)
        => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>The items of an array; anything else is the only item.</summary>
    public static IEnumerable<JsonNode?> Items(JsonNode? node)
    {
        if (node is not JsonArray array)
        {
            // Not as a collection expression: that would be another JsonArray, and a node has one parent only.
            yield return node;
            yield break;
        }

        foreach (var item in array)
        {
            yield return item;
        }
    }

    /// <summary>Reads <c>true</c> or <c>false</c> in any case (docs/spec/scim.md, 20), and nothing else.</summary>
    public static bool TryReadFlag(string text, out bool flag)
    {
        flag = text.Equals("true", StringComparison.OrdinalIgnoreCase);
        return flag || text.Equals("false", StringComparison.OrdinalIgnoreCase);
    }

    private static JsonNode? Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader);
            case JsonTokenType.StartArray:
                var array = new JsonArray(anyCase);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    array.Add(Read(ref reader));
                }

                return array;
            case JsonTokenType.String:
                return JsonValue.Create(ReadText(ref reader), anyCase);
            case JsonTokenType.True:
                return JsonValue.Create(true, anyCase);
            case JsonTokenType.False:
                return JsonValue.Create(false, anyCase);
            case JsonTokenType.Null:
                return null;
            default:
                // Other numbers stay as they were written: no rounding, no overflow.
                return reader.TryGetInt64(out var number) ? JsonValue.Create(number, anyCase) : JsonValue.Create(JsonElement.ParseValue(ref reader), anyCase);
        }
    }

    private static JsonObject ReadObject(ref Utf8JsonReader reader)
    {
        var json = NewObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = ReadText(ref reader);
            reader.Read();
            if (!json.TryAdd(name, Read(ref reader)))
            {
                throw new JsonException();
            }
        }

        return json;
    }

    private static string ReadText(ref Utf8JsonReader reader)
    {
        var text = reader.GetString()!;
        return text.Contains('\0', StringComparison.Ordinal) ? throw new JsonException() : text;
    }
}
