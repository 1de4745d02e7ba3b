using System.Diagnostics.CodeAnalysis;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Doors;

/// <summary>Checks tokens of calls, which services and members make alike (docs/spec/core.md, section 4).</summary>
internal sealed class CallTokens(IOptions<ProvisioningOptions> options, TimeProvider time)
{
    private const string Bearer = "Bearer ";

    /// <summary>The bearer token of a request, whatever it is; null where there is not exactly one.</summary>
    public static string? BearerOf(HttpRequest request)
    {
        var headers = request.Headers.Authorization;
        return headers.Count == 1 && headers[0] is { } header && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : null;
    }

    /// <summary>Reads the call token of a request. Nothing is verified.</summary>
    public static bool TryRead(HttpRequest request, [NotNullWhen(true)] out CallToken? token, out string reason)
    {
        token = null;
        if (BearerOf(request) is not { } text)
        {
            reason = "no bearer token";
            return false;
        }

        return CallToken.TryParse(text, out token, out reason);
    }

    /// <summary>Checks everything but the bytes of the request, which need not be read for a stranger.</summary>
    /// <returns>Null, or what is wrong, for the log.</returns>
    public string? WhyNot(CallToken token, SigningJwk? key, string organization, HttpRequest request) =>
        !token.VerifiedBy(key) ? "not signed with that call key"
        : token.Organization.Value != organization ? "another organization"
        : token.Audience != options.Value.CoreId ? "another audience"
        : token.Method != $"{request.Method} {request.Path.Value}{request.QueryString.Value}" ? "another method"
        : token.IsTimely(time.GetUtcNow(), out var problem) ? null
        : problem;

    /// <summary>True if the token is bound to these bytes.</summary>
    public static bool IsBoundTo(CallToken token, ReadOnlySpan<byte> body) => token.Request == Digest32.Of(body);
}
