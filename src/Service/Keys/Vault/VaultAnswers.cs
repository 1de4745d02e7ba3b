using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using EncryptionService.Formats;

namespace EncryptionService.Service.Keys.Vault;

/// <summary>Reads what a vault answers. Strict in what it uses, indifferent to what it does not know. Pure.</summary>
internal static class VaultAnswers
{
    private static readonly JsonReaderOptions shallow = new() { MaxDepth = 16 };

    /// <summary>The result of a key operation: the id of the key that did it, and the bytes, in memory of their own that the caller zeroes.</summary>
    public static bool TryReadResult(ReadOnlySpan<byte> json, [NotNullWhen(true)] out string? keyId, [NotNullWhen(true)] out byte[]? value)
    {
        keyId = null;
        value = null;
        try
        {
            var reader = new Utf8JsonReader(json, shallow);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("kid"u8);
                var isValue = reader.ValueTextEquals("value"u8);
                if (!reader.Read() || ((isId || isValue) && reader.TokenType != JsonTokenType.String) || (isId && keyId is not null) || (isValue && value is not null))
                {
                    return Fail(ref value);
                }

                if (isId)
                {
                    keyId = reader.GetString()!;
                }
                else if (isValue)
                {
                    value = reader.ValueIsEscaped ? null : Decode(reader.ValueSpan);
                    if (value is null)
                    {
                        return false;
                    }
                }
                else
                {
                    reader.Skip();
                }
            }

            // The last read throws where anything but white space follows the object.
            return (keyId is not null && value is not null && reader.TokenType == JsonTokenType.EndObject && !reader.Read()) || Fail(ref value);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Fail(ref value);
        }
    }

    /// <summary>The public half of a key.</summary>
    public static VaultKey? ReadKey(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            var key = document.RootElement.GetProperty("key");
            return new VaultKey(Text(key, "kid")!, Text(key, "kty")!, Text(key, "crv"), Bytes(key, "x"), Bytes(key, "y"), Bytes(key, "n")?.Length ?? 0)
            {
                Tags = Tags(document.RootElement),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Code and inner code of an error; empty where there is none. Texts are not taken: they are for people who look into the vault's own log.</summary>
    public static (string Code, string Inner) ReadError(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
            var error = document.RootElement.GetProperty("error");
            return (Word(error), error.TryGetProperty("innererror", out var inner) && inner.ValueKind == JsonValueKind.Object ? Word(inner) : "");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return ("", "");
        }
    }

    private static bool Fail(ref byte[]? value)
    {
        CryptographicOperations.ZeroMemory(value);
        value = null;
        return false;
    }

    private static byte[]? Decode(ReadOnlySpan<byte> text)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(text.Length * 3 / 4, pinned: true);
        return Base64UrlText.TryDecode(text, bytes) ? bytes : null; // judged before a byte is written
    }

    private static Dictionary<string, string> Tags(JsonElement answer)
        => answer.TryGetProperty("tags", out var tags) && tags.ValueKind != JsonValueKind.Null
            ? tags.EnumerateObject().ToDictionary(tag => tag.Name, tag => tag.Value.GetString() ?? "", StringComparer.Ordinal)
            : [];

    private static string? Text(JsonElement element, string name)
        => element.TryGetProperty(name, out var value) ? value.GetString() : name is "kid" or "kty" ? throw new KeyNotFoundException(name) : null;

    private static byte[]? Bytes(JsonElement element, string name)
        => Text(element, name) is not { } text ? null : Base64UrlText.TryDecode(text, out var bytes) ? bytes : throw new FormatException(name);

    /// <summary>A code is one word: nothing else of a stranger's text comes into a log line.</summary>
    private static string Word(JsonElement element)
        => element.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String && code.GetString() is { Length: <= 64 } word && word.All(char.IsAsciiLetterOrDigit) ? word : "";
}

/// <summary>The public half of a key in a vault.</summary>
/// <param name="Id">Full id, version included.</param>
/// <param name="Type">RSA, RSA-HSM, EC, EC-HSM.</param>
/// <param name="Curve">The curve of an EC key.</param>
/// <param name="X">Coordinate of an EC key.</param>
/// <param name="Y">Coordinate of an EC key.</param>
/// <param name="ModulusBytes">Length of an RSA key's modulus; 0 for others.</param>
internal sealed record VaultKey(string Id, string Type, string? Curve, byte[]? X, byte[]? Y, int ModulusBytes)
{
    /// <summary>What people and programs wrote on it.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}
