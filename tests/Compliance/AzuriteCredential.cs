using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Core;

namespace EncryptionService.Compliance;

/// <summary>Tokens that Azurite takes for ones of Entra ID: it looks at issuer, audience and times, and at no signature.</summary>
/// <param name="time">The clock that the tokens are made by.</param>
internal sealed class AzuriteCredential(TimeProvider time) : TokenCredential
{
    /// <summary>A token, for whoever hands tokens out.</summary>
    public string NewToken()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["aud"] = "https://storage.azure.com",
            ["iss"] = "https://sts.windows.net/tests/",
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 3600,
        };
        return $"{Part("""{"alg":"RS256","typ":"JWT"}""")}.{Part(claims.ToJsonString())}.{Part("nobody checks it")}";
    }

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        => new(NewToken(), time.GetUtcNow().AddHours(1));

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        => ValueTask.FromResult(GetToken(requestContext, cancellationToken));

    private static string Part(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
