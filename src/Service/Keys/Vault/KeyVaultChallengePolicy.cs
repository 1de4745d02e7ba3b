using System.Diagnostics.CodeAnalysis;
using Azure.Core;
using Azure.Core.Pipeline;

namespace EncryptionService.Service.Keys.Vault;

/// <summary>Authenticates to a vault by its challenge (docs/spec/keys.md, section 3): whom a token is made out to is what the vault says, within bounds.</summary>
/// <remarks>
/// (1) The first request goes without a token and without its body: whoever answers learns nothing from it. (2) The challenge names a resource, which must be the
/// vault's own host or the domain right above it: another one would get a token that opens something else. (3) The request goes again, with token and body.
/// MUST NOT attach a token before (2) held.
/// </remarks>
internal sealed class KeyVaultChallengePolicy(TokenCredential credential) : BearerTokenAuthenticationPolicy(credential, Array.Empty<string>())
{
    private const string HeldBack = "encryption-service.key-vault.body";

    private volatile VaultChallenge? accepted;

    /// <inheritdoc/>
    protected override ValueTask AuthorizeRequestAsync(HttpMessage message)
    {
        if (accepted is { } challenge)
        {
            return AuthenticateAndAuthorizeRequestAsync(message, challenge.ToContext(message));
        }

        HoldBody(message); // (1)
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override void AuthorizeRequest(HttpMessage message) => throw new NotSupportedException("The vault is called asynchronously.");

    /// <inheritdoc/>
    protected override async ValueTask<bool> AuthorizeRequestOnChallengeAsync(HttpMessage message)
    {
        if (!TryRead(message, out var challenge))
        {
            GiveBody(message);
            return false;
        }

        if (!challenge.IsMeantFor(message.Request.Uri.Host!)) // (2)
        {
            throw new KeyUnavailableException(
                $"Key vault {message.Request.Uri.Host} asks for a token that is made out to {challenge.Shown}, which is not its own domain; it got none. Check Keys:VaultUrl, name resolution and who answers there.");
        }

        GiveBody(message); // (3)
        accepted = challenge;
        await AuthenticateAndAuthorizeRequestAsync(message, challenge.ToContext(message));
        return true;
    }

    /// <inheritdoc/>
    protected override bool AuthorizeRequestOnChallenge(HttpMessage message) => throw new NotSupportedException("The vault is called asynchronously.");

    private static bool TryRead(HttpMessage message, [NotNullWhen(true)] out VaultChallenge? challenge)
    {
        challenge = null;
        return message.Response.Headers.TryGetValues("WWW-Authenticate", out var values)
            && (challenge = values.Select(VaultChallenge.Parse).FirstOrDefault(found => found is not null)) is not null;
    }

    private static void HoldBody(HttpMessage message)
    {
        if (message.Request.Content is { } content)
        {
            message.SetProperty(HeldBack, content);
            message.Request.Content = null;
        }
    }

    private static void GiveBody(HttpMessage message)
    {
        if (message.Request.Content is null && message.TryGetProperty(HeldBack, out var held))
        {
            message.Request.Content = (RequestContent?)held;
        }
    }
}
