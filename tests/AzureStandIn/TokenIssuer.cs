using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EncryptionService.AzureStandIn;

/// <summary>Makes and checks access tokens as Entra ID makes them: JWT, RS256. Azurite takes them too (<c>--oauth basic</c>).</summary>
public sealed class TokenIssuer : IDisposable
{
    private readonly RSA key = RSA.Create();
    private readonly TimeProvider time;

    internal TokenIssuer(string folder, TimeProvider time)
    {
        this.time = time;
        var file = Path.Combine(folder, "token-key.p8");
        if (!File.Exists(file))
        {
            using var made = RSA.Create(2048);
            OwnFiles.Write(file, made.ExportPkcs8PrivateKey());
        }

        key.ImportPkcs8PrivateKey(File.ReadAllBytes(file), out _);
    }

    /// <summary>The customer's directory.</summary>
    public const string Tenant = "72f0a8d4-6d3c-4b39-9e3f-2f5a3c1b7e10";

    /// <summary>How long tokens live.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>A token for a resource; it is valid from five minutes ago, as Entra ID's are.</summary>
    public (string Token, long ExpiresOn) Issue(string resource, string clientId)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var expires = now + (long)Lifetime.TotalSeconds;
        var claims = new Dictionary<string, object>
        {
            ["aud"] = resource,
            ["iss"] = $"https://sts.windows.net/{Tenant}/",
            ["iat"] = now - 300,
            ["nbf"] = now - 300,
            ["exp"] = expires,
            ["appid"] = clientId,
            ["appidacr"] = "2",
            ["idtyp"] = "app",
            ["oid"] = clientId,
            ["sub"] = clientId,
            ["tid"] = Tenant,
            ["ver"] = "1.0",
        };
        var input = $"{Part("""{"typ":"JWT","alg":"RS256","kid":"stand-in"}"""u8)}.{Part(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return ($"{input}.{Part(signature)}", expires);
    }

    /// <summary>What is wrong with a token for this resource, as Key Vault says it; null if nothing is.</summary>
    public string? Check(string token, string resource)
    {
        try
        {
            var parts = token.Split('.');
            var input = Encoding.ASCII.GetBytes(token[..Math.Max(0, token.LastIndexOf('.'))]);
            if (parts.Length != 3 || !key.VerifyData(input, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            {
                return "AKV10014: Invalid signature.";
            }

            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            var now = time.GetUtcNow().ToUnixTimeSeconds();
            if (claims.RootElement.GetProperty("aud").GetString()?.TrimEnd('/') != resource.TrimEnd('/'))
            {
                return $"AKV10022: Invalid audience. Expected {resource}.";
            }

            return now >= claims.RootElement.GetProperty("exp").GetInt64() || now < claims.RootElement.GetProperty("nbf").GetInt64()
                ? "AKV10015: Token validation failed: its lifetime."
                : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or KeyNotFoundException)
        {
            return "AKV10012: Invalid token.";
        }
    }

    public void Dispose() => key.Dispose();

    private static string Part(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
