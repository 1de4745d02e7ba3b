using System.Globalization;
using Azure;
using Azure.Identity;

namespace EncryptionService.Service.Keys.Vault;

/// <summary>Says what a failure of the vault means and what can be done about it (docs/spec/keys.md, section 4). Pure.</summary>
internal static class VaultFault
{
    /// <summary>The meaning of an answer that is no success.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">The vault's error code.</param>
    /// <param name="inner">The vault's inner error code.</param>
    /// <param name="operation">What was asked, as in the vault's address: get, wrapkey, unwrapkey, sign, update.</param>
    /// <param name="key">Address of the key, with or without its version.</param>
    /// <param name="asked">How long the answer asks to wait; null: it does not.</param>
    public static KeyUnavailableException OfAnswer(int status, string code, string inner, string operation, Uri key, TimeSpan? asked)
    {
        var said = string.Create(CultureInfo.InvariantCulture, $"{status} {(inner.Length > 0 ? inner : code)}").TrimEnd();
        return (status, inner.Length > 0 ? inner : code) switch
        {
            (401, _) => Passing($"Key vault {key.Host} refuses the service's token ({said}). Check that this host's clock is right and that the container app's identity belongs to the tenant of the vault."),
            (403, "KeyDisabled") => Final($"{key} is disabled ({said}). In the key vault, under Keys, select the key and this version, and set Enabled to Yes."),
            (403, "KeyExpired") => Final($"{key} is expired ({said}). In the key vault, under Keys, select the key and make a new version, or move the expiration date of this one."),
            (403, "KeyNotYetValid") => Final($"{key} is not valid yet ({said}). In the key vault, under Keys, select the key and this version, and correct its activation date."),
            (403, "ForbiddenByFirewall") => Passing($"The firewall of key vault {key.Host} does not let this service in ({said}). In the key vault, under Networking, allow the subnet of the container apps environment, or add a private endpoint."),
            (403, "ForbiddenByConnection") => Passing($"Key vault {key.Host} takes requests over private endpoints only, and this one came another way ({said}). In the key vault, under Networking, add a private endpoint for the network of the container apps environment and check that its private name resolves there, or allow public access from selected networks."),
            (403, _) => Passing($"The service's identity may not {Words(operation)} {key} ({said}). After a deployment this can last ten minutes. If it lasts longer: in the key vault, under Access control (IAM), give the identity the role {Role(operation)}; after a vault was recovered, deploy the template again."),
            (404, _) => Final($"{key} is not there ({said}). If it was deleted: in the key vault, under Keys, select Manage deleted keys and recover it. Otherwise correct Keys:VaultUrl and the names of the keys."),
            (409, _) => Final($"{key} was deleted and is not recovered yet ({said}). In the key vault, under Keys, select Manage deleted keys and recover it."),
            (408 or 429 or >= 500, _) => Busy(key, said, asked),
            _ => Final($"Key vault {key.Host} refuses to {Words(operation)} {key} ({said}). Check the key's type and its permitted operations."),
        };
    }

    /// <summary>The meaning of a failure without an answer; null: it is none of the vault's.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="vault">The vault.</param>
    /// <param name="cancellationToken">The caller's; once it is cancelled, a cancellation is the caller's.</param>
    public static KeyUnavailableException? OfException(Exception exception, Uri vault, CancellationToken cancellationToken) => exception switch
    {
        KeyUnavailableException own => own,
        AggregateException several => OfException(several.InnerExceptions[^1], vault, cancellationToken), // one for each attempt
        AuthenticationFailedException => NoToken(vault, FirstLine(exception), exception),
        OperationCanceledException => cancellationToken.IsCancellationRequested ? null : Passing($"Key vault {vault.Host} did not answer in time.", exception),
        RequestFailedException or HttpRequestException or IOException => Passing(
            $"Key vault {vault.Host} cannot be reached: {FirstLine(exception)} Check name resolution, network rules and the private endpoint.", exception),
        _ => null,
    };

    /// <summary>The identity gave no token.</summary>
    public static KeyUnavailableException NoToken(Uri vault, string why, Exception exception) => Passing(
        $"There is no token for key vault {vault.Host}: {why} Check the identity that AZURE_CLIENT_ID names, and whether it is assigned to this container app.", exception);

    /// <summary>Something answered that does not fit the question.</summary>
    public static KeyUnavailableException Nonsense(Uri key, string what)
        => Final($"Key vault {key.Host} answered for {key} with {what}. Check Keys:VaultUrl and who answers there; nothing was changed.");

    private static KeyUnavailableException Busy(Uri key, string said, TimeSpan? asked)
    {
        var patience = asked is { } wait ? string.Create(CultureInfo.InvariantCulture, $" and asks for {Math.Ceiling(wait.TotalSeconds)} s of patience") : "";
        return new KeyUnavailableException($"Key vault {key.Host} is busy or out of order ({said}){patience}.") { Passes = true, RetryAfter = asked };
    }

    private static string Role(string operation) => operation switch
    {
        "sign" or "update" => "Key Vault Crypto User on the organization key",
        "get" => "Key Vault Crypto Service Encryption User on the wrapping key and Key Vault Crypto User on the organization key",
        _ => "Key Vault Crypto Service Encryption User on the wrapping key",
    };

    private static string Words(string operation) => operation switch
    {
        "wrapkey" => "wrap with",
        "unwrapkey" => "unwrap with",
        "sign" => "sign with",
        "update" => "write a tag on",
        _ => "read",
    };

    private static string FirstLine(Exception exception) => exception.Message.Split('\n', 2)[0].TrimEnd('\r', ' ');

    private static KeyUnavailableException Passing(string message, Exception? exception = null)
        => exception is null ? new KeyUnavailableException(message) { Passes = true } : new KeyUnavailableException(message, exception) { Passes = true };

    private static KeyUnavailableException Final(string message) => new(message);
}
