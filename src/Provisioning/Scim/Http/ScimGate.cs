using System.Net.Http.Headers;
using EncryptionService.Provisioning.Connections;
using EncryptionService.Provisioning.Organizations;
using Microsoft.Net.Http.Headers;

namespace EncryptionService.Provisioning.Scim.Http;

/// <summary>Lets calls with the right token in (docs/spec/scim.md, 1, 12, 51). An unknown connection is answered as a wrong token is.</summary>
internal sealed class ScimGate(ConnectionAuthority connections, WrongTokenLimiter limiter)
{
    /// <summary>Whose call it is; else what is answered.</summary>
    public async Task<(ConnectionIdentity? Caller, ScimAnswer? Refusal)> CheckAsync(HttpContext context, string connection, CancellationToken cancellationToken)
    {
        var caller = await connections.CheckAsync(connection, BearerOf(context.Request), HttpMethods.IsGet(context.Request.Method), cancellationToken);
        if (caller is not null)
        {
            return (caller, null);
        }

        return limiter.Wrong(context.Connection.RemoteIpAddress) is { } wait
            ? (null, ScimAnswer.Of(ScimError.TooManyRequests(), ScimAnswer.RetryAfter(wait)))
            : (null, ScimAnswer.Of(ScimError.Unauthorized(), (HeaderNames.WWWAuthenticate, "Bearer realm=\"scim\"")));
    }

    private static string? BearerOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } header]
        && AuthenticationHeaderValue.TryParse(header, out var credentials)
        && credentials.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            ? credentials.Parameter
            : null;
}
