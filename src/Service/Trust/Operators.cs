using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EncryptionService.Formats;
using EncryptionService.Service.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Trust;

/// <summary>The operators' public keys: the customer's own administrators, named at deployment, never by the core.</summary>
internal sealed class Operators
{
    private readonly Dictionary<Thumbprint, SigningJwk> keys;

    /// <summary>Reads the option.</summary>
    /// <exception cref="OptionsValidationException">It is no array of signing keys.</exception>
    public Operators(IOptions<ServiceOptions> options)
    {
        if (!TryParse(options.Value.OperatorKeys, out var parsed, out var error))
        {
            throw new OptionsValidationException(nameof(ServiceOptions), typeof(ServiceOptions), [$"Service:OperatorKeys: {error}"]);
        }

        keys = parsed;
    }

    /// <summary>How many there are.</summary>
    public int Count => keys.Count;

    /// <summary>Thumbprints of their keys.</summary>
    public IReadOnlyCollection<Thumbprint> Thumbprints => keys.Keys;

    /// <summary>True if one of the operators signed the document.</summary>
    public bool Signed(Jws document) => keys.TryGetValue(document.Kid, out var key) && document.VerifiedBy(key);

    /// <summary>Parses a JSON array of signing keys, or a JWK Set that holds one and nothing else.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Dictionary<Thumbprint, SigningJwk>? keys, [NotNullWhen(false)] out string? error)
    {
        keys = null;
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8 });
            if (ArrayIn(document.RootElement) is not { ValueKind: JsonValueKind.Array } array)
            {
                error = "must be a JSON array of public signing keys (JWK)";
                return false;
            }

            var found = new Dictionary<Thumbprint, SigningJwk>();
            foreach (var element in array.EnumerateArray())
            {
                if (!SigningJwk.TryParse(element.GetRawText(), out var key, out var problem))
                {
                    error = $"key {found.Count + 1}: {problem.Message}";
                    return false;
                }

                found[key.Thumbprint] = key;
            }

            keys = found;
            error = null;
            return true;
        }
        catch (JsonException)
        {
            error = "is no valid JSON; must be a JSON array of public signing keys (JWK)";
            return false;
        }
    }

    private static JsonElement ArrayIn(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.GetPropertyCount() == 1 && root.TryGetProperty("keys", out var keys) ? keys : root;
}
