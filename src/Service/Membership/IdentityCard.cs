using EncryptionService.Contracts.Membership;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Membership;

/// <summary>What the service says about itself.</summary>
internal sealed class IdentityCard(KeyRing ring, IOptions<ServiceOptions> options)
{
    /// <summary>Version of the program.</summary>
    public static string Version { get; } = typeof(IdentityCard).Assembly.GetName().Version!.ToString(3);

    /// <summary>The card.</summary>
    public GetIdentityResponse Show() => new()
    {
        Certificate = ring.Keys.Certificate.Jws.Compact,
        OrganizationId = ring.Keys.Organization.Value,
        Version = Version,
        RevisionName = options.Value.RevisionName,
        ReplicaName = options.Value.ReplicaName,
        TrustLevel = options.Value.TrustLevel.ToString().ToLowerInvariant(),
        CallKeyJwk = ring.Keys.CallKey.ToJson(),
    };
}
