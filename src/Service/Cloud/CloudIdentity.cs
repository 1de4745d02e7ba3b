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
    public static TokenCredential Create()
    {
        var clientId = Environment.GetEnvironmentVariable("AZURE_CLIENT_ID");
        return string.IsNullOrEmpty(Environment.GetEnvironmentVariable("IDENTITY_ENDPOINT")) || string.IsNullOrEmpty(clientId)
            ? new DefaultAzureCredential()
            : new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId));
    }
}
