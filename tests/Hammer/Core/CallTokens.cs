using System.Security.Cryptography;
using EncryptionService.Formats;

namespace EncryptionService.Hammer.Core;

/// <summary>The core's call key, and the tokens of both directions (core.md, section 4).</summary>
internal sealed class CallTokens(OrganizationId organization, string coreId, TimeProvider time) : IDisposable
{
    private const long Life = 120;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The public call key, which goes into the service's configuration.</summary>
    public string PublicJwk => SigningJwk.Of(key).ToJson();

    /// <summary>A token for one call of the service.</summary>
    public string Make(Thumbprint identity, string method, ReadOnlySpan<byte> message)
    {
        var now = time.GetUtcNow();
        return JwsSigner.Sign(key, new CallToken
        {
            Organization = organization,
            Audience = identity.ToString(),
            Method = method,
            Request = Digest32.Of(message),
            IssuedAt = now.ToUnixTimeSeconds(),
            ExpiresAt = now.ToUnixTimeSeconds() + Life,
            Id = Guid.CreateVersion7(now).ToString(),
        });
    }

    /// <summary>Why a token of the service is not accepted; empty if it is.</summary>
    public string Problem(string? authorization, SigningJwk serviceKey, string method, ReadOnlySpan<byte> body)
    {
        const string Scheme = "Bearer ";
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return "no bearer token";
        }

        if (!CallToken.TryParse(authorization[Scheme.Length..], out var token, out var problem))
        {
            return $"token {problem}";
        }

        return !token.VerifiedBy(serviceKey) ? "token not by the enrolled call key"
            : token.Organization != organization ? "token of another organization"
            : token.Audience != coreId ? "token for another audience"
            : token.Method != method ? $"token for {token.Method}"
            : token.Request != Digest32.Of(body) ? "token for another body"
            : token.IsTimely(time.GetUtcNow(), out problem) ? "" : $"token {problem}";
    }

    public void Dispose() => key.Dispose();
}
