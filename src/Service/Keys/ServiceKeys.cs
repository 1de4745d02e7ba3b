using System.Security.Cryptography;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Hpke;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;

namespace EncryptionService.Service.Keys;

/// <summary>Everything that the root key unseals: identity, adoption key, call key, and the root key itself.</summary>
internal sealed class ServiceKeys : IDisposable
{
    private readonly ECDsa identity;
    private readonly ECDsa call;
    private readonly Lock identityLock = new();
    private readonly Lock callLock = new();

    /// <summary>Takes over all keys.</summary>
    public ServiceKeys(OrganizationId organization, IdentityCertificate certificate, RootKey root, ECDsa identity, ECDsa call, HpkePrivateKey adoption)
    {
        this.identity = identity;
        this.call = call;
        Organization = organization;
        Certificate = certificate;
        Root = root;
        Adoption = adoption;
        IdentityThumbprint = certificate.Identity.Thumbprint;
        CallKey = SigningJwk.Of(call);
        LedgerKey = LedgerKey.Derive(organization.Value, root.Reveal().Span);
    }

    /// <summary>The organization that the ledger belongs to.</summary>
    public OrganizationId Organization { get; }

    /// <summary>The certificate that the organization key signed.</summary>
    public IdentityCertificate Certificate { get; }

    /// <summary>Thumbprint of the identity.</summary>
    public Thumbprint IdentityThumbprint { get; }

    /// <summary>The key that adopted keys are sealed to.</summary>
    public HpkePrivateKey Adoption { get; }

    /// <summary>The public call key.</summary>
    public SigningJwk CallKey { get; }

    /// <summary>The root key.</summary>
    public RootKey Root { get; }

    /// <summary>Authenticates ledger frames.</summary>
    public LedgerKey LedgerKey { get; }

    /// <summary>True if the certificate names the identity that this object signs with, and the adoption key that it opens with.</summary>
    public bool ProvesIdentity()
        => SigningJwk.Of(identity).Thumbprint == IdentityThumbprint
            && Certificate.Adoption.Alg == Adoption.Suite.Name
            && Certificate.Adoption.PublicKey.Span.SequenceEqual(Adoption.PublicKey.Bytes.Span);

    /// <summary>A compact JWS by the identity.</summary>
    public string SignAsIdentity(SignedObject claims)
    {
        var input = claims.SigningInput(IdentityThumbprint);
        lock (identityLock)
        {
            return Jws.Assemble(input, identity.SignData(input, HashAlgorithmName.SHA256));
        }
    }

    /// <summary>A call token by the call key.</summary>
    public string SignCall(CallToken claims)
    {
        var input = claims.SigningInput(CallKey.Thumbprint);
        lock (callLock)
        {
            return Jws.Assemble(input, call.SignData(input, HashAlgorithmName.SHA256));
        }
    }

    /// <summary>An epoch's vault key from its sealed form. The caller disposes it, soon.</summary>
    /// <exception cref="CryptographicException">It does not open: the ledger was changed.</exception>
    public VaultKey OpenVaultKey(GroupId group, Minted minted)
    {
        var bytes = Root.OpenVaultKey(minted.SealedKey.Span, Organization.Value, group.Value, minted.Epoch);
        try
        {
            return VaultKey.Import(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        identity.Dispose();
        call.Dispose();
        Adoption.Dispose();
        LedgerKey.Dispose();
        Root.Dispose();
    }
}
