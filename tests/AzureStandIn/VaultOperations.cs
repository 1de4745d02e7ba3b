using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EncryptionService.AzureStandIn;

/// <summary>What the vault does with keys: the documented rules on versions, states and algorithms.</summary>
/// <remarks>An expired or not yet valid version still unwraps; it neither wraps nor signs. A disabled one does nothing, and can be read.</remarks>
internal sealed class VaultOperations(KeyBook book, TimeProvider time)
{
    /// <summary>What ids begin with: the vault's address.</summary>
    public required Uri Address { get; set; }

    /// <summary>A vault that lets a disabled version wrap, as has been seen.</summary>
    public bool DisabledVersionsWrap { get; set; }

    public VaultAnswer Do(string operation, string name, string version, JsonElement body)
    {
        if (book.Find(name) is not { Deleted: false } key)
        {
            return VaultAnswer.NotFound(name);
        }

        var found = version.Length == 0 ? key.Newest : key.Versions.FirstOrDefault(each => each.Version == version);
        if (found is null)
        {
            return VaultAnswer.NotFound($"{name}/{version}");
        }

        if (operation == "get")
        {
            return VaultAnswer.Ok(Describe(key, found));
        }

        if (operation == "update")
        {
            return Update(key, found, body);
        }

        if (Refusal(operation, found) is { } refusal)
        {
            return refusal;
        }

        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("alg", out var alg) || !body.TryGetProperty("value", out var value)
            || alg.ValueKind != JsonValueKind.String || value.ValueKind != JsonValueKind.String)
        {
            return VaultAnswer.BadParameter("The request body does not have alg and value.");
        }

        try
        {
            var bytes = Base64Url.DecodeFromChars(value.GetString());
            return Calculate(operation, key, found, alg.GetString()!, bytes) is { } result
                ? VaultAnswer.Ok(new JsonObject { ["kid"] = Id(key, found), ["value"] = Base64Url.EncodeToString(result) })
                : VaultAnswer.BadParameter($"Key and algorithm do not fit: {key.Type}, {alg.GetString()}");
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return VaultAnswer.BadParameter("The parameter is incorrect.");
        }
    }

    /// <summary>The tags that are sent stand in place of those before; nothing else can be changed here.</summary>
    private VaultAnswer Update(VaultKey key, KeyVersion version, JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("tags", out var tags) || tags.ValueKind != JsonValueKind.Object
            || tags.EnumerateObject().Any(tag => tag.Value.ValueKind != JsonValueKind.String) || tags.GetPropertyCount() > 15)
        {
            return VaultAnswer.BadParameter("The request body does not have tags.");
        }

        var sent = tags.EnumerateObject().ToDictionary(tag => tag.Name, tag => tag.Value.GetString()!);
        book.Change(key.Name, version.Version, each => each with { Tags = sent });
        var changed = book.Find(key.Name)!;
        return VaultAnswer.Ok(Describe(changed, changed.Versions.First(each => each.Version == version.Version)));
    }

    private VaultAnswer? Refusal(string operation, KeyVersion version)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (!version.Enabled)
        {
            return operation == "wrapkey" && DisabledVersionsWrap
                ? null
                : VaultAnswer.Forbidden($"Operation {operation} is not allowed on a disabled key.", "KeyDisabled");
        }

        if (operation == "unwrapkey")
        {
            return null;
        }

        if (now >= version.Expires)
        {
            return VaultAnswer.Forbidden($"Operation {operation} is not allowed on an expired key.", "KeyExpired");
        }

        return now < version.NotBefore ? VaultAnswer.Forbidden($"Operation {operation} is not allowed on a key that is not yet valid.", "KeyNotYetValid") : null;
    }

    private static byte[]? Calculate(string operation, VaultKey key, KeyVersion version, string alg, byte[] value)
    {
        if (key.IsRsa && operation is "wrapkey" or "unwrapkey")
        {
            using var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(version.Pkcs8.Span, out _);
            var padding = alg switch
            {
                "RSA-OAEP-256" => RSAEncryptionPadding.OaepSHA256,
                "RSA-OAEP" => RSAEncryptionPadding.OaepSHA1,
                _ => null,
            };
            return padding is null ? null : operation == "wrapkey" ? rsa.Encrypt(value, padding) : rsa.Decrypt(value, padding);
        }

        if (!key.IsRsa && operation == "sign" && alg == "ES256" && value.Length == 32)
        {
            using var ec = ECDsa.Create();
            ec.ImportPkcs8PrivateKey(version.Pkcs8.Span, out _);
            return ec.KeySize == 256 ? ec.SignHash(value) : null;
        }

        return null;
    }

    private JsonObject Describe(VaultKey key, KeyVersion version)
    {
        var jwk = new JsonObject { ["kid"] = Id(key, version), ["kty"] = key.Type };
        if (key.IsRsa)
        {
            using var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(version.Pkcs8.Span, out _);
            var numbers = rsa.ExportParameters(false);
            jwk["key_ops"] = new JsonArray("wrapKey", "unwrapKey");
            jwk["n"] = Base64Url.EncodeToString(numbers.Modulus);
            jwk["e"] = Base64Url.EncodeToString(numbers.Exponent);
        }
        else
        {
            using var ec = ECDsa.Create();
            ec.ImportPkcs8PrivateKey(version.Pkcs8.Span, out _);
            var numbers = ec.ExportParameters(false);
            jwk["key_ops"] = new JsonArray("sign", "verify");
            jwk["crv"] = ec.KeySize == 256 ? "P-256" : "P-384";
            jwk["x"] = Base64Url.EncodeToString(numbers.Q.X);
            jwk["y"] = Base64Url.EncodeToString(numbers.Q.Y);
        }

        var attributes = new JsonObject { ["enabled"] = version.Enabled, ["created"] = version.Created, ["updated"] = version.Created };
        if (version.NotBefore is { } notBefore)
        {
            attributes["nbf"] = notBefore;
        }

        if (version.Expires is { } expires)
        {
            attributes["exp"] = expires;
        }

        attributes["recoveryLevel"] = "Recoverable";
        attributes["recoverableDays"] = 90;
        attributes["exportable"] = false;
        return new JsonObject { ["key"] = jwk, ["attributes"] = attributes, ["tags"] = new JsonObject(version.Tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))) };
    }

    private string Id(VaultKey key, KeyVersion version) => new Uri(Address, $"/keys/{key.Name}/{version.Version}").AbsoluteUri;
}
