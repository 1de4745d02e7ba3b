using System.Security.Cryptography;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Hpke;

namespace EncryptionService.Client.Tests.Setting;

/// <summary>The service of one organization, in memory: who signs, and for which groups.</summary>
internal sealed class ServiceWorld : IDisposable
{
    private readonly ECDsa organizationKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly HpkePrivateKey adoption = HpkePrivateKey.Generate(HpkeSuite.Hpke4);
    private ulong generation;

    public ServiceWorld() => ReplaceIdentity();

    public OrganizationId Organization { get; } = Ids.Organization("o1");

    public ECDsa Identity { get; private set; } = null!;

    public List<string> Certificates { get; } = [];

    public Dictionary<GroupId, GroupWorld> Groups { get; } = [];

    public string Code => OrganizationCode.Format(SigningJwk.Of(organizationKey).Thumbprint);

    public GroupWorld Group(string id)
    {
        var group = Ids.Group(id);
        if (!Groups.TryGetValue(group, out var world))
        {
            Groups.Add(group, world = new GroupWorld(this, group));
        }

        return world;
    }

    /// <summary>A new identity, one generation up, under the same organization key.</summary>
    public void ReplaceIdentity()
    {
        Identity = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Certificates.Add(Certify(Identity, ++generation));
    }

    /// <summary>Everything is signed by an older identity from here on, which somebody has copied.</summary>
    public void SignWithStolen(ECDsa older) => Identity = older;

    /// <summary>Everything is signed by an impostor from here on, whose certificate is all there is.</summary>
    public void Impersonate()
    {
        using var impostor = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Identity = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Certificates.Clear();
        Certificates.Add(Certify(Identity, ++generation, impostor));
    }

    public void Dispose()
    {
        organizationKey.Dispose();
        adoption.Dispose();
        Identity.Dispose();
        foreach (var group in Groups.Values)
        {
            group.Dispose();
        }
    }

    private string Certify(ECDsa identity, ulong number, ECDsa? signer = null) => JwsSigner.Sign(signer ?? organizationKey, new IdentityCertificate
    {
        Organization = Organization,
        Generation = number,
        Identity = SigningJwk.Of(identity),
        Adoption = adoption.ToJwk(),
        IssuedAt = 1_790_000_000,
        OrganizationKey = SigningJwk.Of(signer ?? organizationKey),
    });
}
