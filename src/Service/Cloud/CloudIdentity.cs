using Azure.Core;
using Azure.Identity;

namespace EncryptionService.Service.Cloud;

/// <summary>Who this service is to Azure: the container app's user-assigned identity, or whoever is signed in on a developer's machine.</summary>
internal static class CloudIdentity
{
    /// <summary>The credential for this process. No token is asked for yet.</summary>
    /// <remarks>
    /// The container platform names its token endpoint in <c>IDENTITY_ENDPOINT</c>, the template names the identity in <c>AZURE_CLIENT_ID</c>.
    /// With both, that identity is the only one that is tried: a chain of others would hide what is wrong with it.
    /// </remarks>
    /// <param name="change">Changes tries and waits at the platform's endpoint; null: they are the library's.</param>
    public static TokenCredential Create(Action<TokenCredentialOptions>? change = null)
    {
        var clientId = Environment.GetEnvironmentVariable("AZURE_CLIENT_ID");
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("IDENTITY_ENDPOINT")) || string.IsNullOrEmpty(clientId))
        {
            return new DefaultAzureCredential();
        }

        var options = new ManagedIdentityCredentialOptions(ManagedIdentityId.FromUserAssignedClientId(clientId));
        change?.Invoke(options);
        return new ManagedIdentityCredential(options);
    }
}
