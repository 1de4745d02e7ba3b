using System.Security.Cryptography;
using EncryptionService.Formats;
using EncryptionService.Hpke;

namespace EncryptionService.Envelopes;

/// <summary>A member's own keys: one HPKE key and one signing key. Disposal disposes both.</summary>
public sealed class MemberPrivateKeys : IDisposable
{
    private readonly ECDsa signing;

    /// <summary>Takes over two keys.</summary>
    /// <exception cref="ArgumentException">The signing key is not on P-256.</exception>
    public MemberPrivateKeys(HpkePrivateKey hpke, ECDsa signing)
    {
        ArgumentNullException.ThrowIfNull(hpke);
        ArgumentNullException.ThrowIfNull(signing);
        Hpke = hpke;
        this.signing = signing;
        Public = new MemberKeys(hpke.ToJwk(), SigningJwk.Of(signing));
    }

    /// <summary>The HPKE key.</summary>
    public HpkePrivateKey Hpke { get; }

    /// <summary>The public halves.</summary>
    public MemberKeys Public { get; }

    /// <summary>New keys from the operating system's generator.</summary>
    public static MemberPrivateKeys Generate(Suite suite)
    {
        ArgumentNullException.ThrowIfNull(suite);
        return new MemberPrivateKeys(HpkePrivateKey.Generate(suite.ToHpke()), ECDsa.Create(ECCurve.NamedCurves.nistP256));
    }

    /// <summary>The compact JWS of these claims, signed by the member.</summary>
    public string Sign(SignedObject claims) => JwsSigner.Sign(signing, claims);

    /// <inheritdoc/>
    public void Dispose()
    {
        Hpke.Dispose();
        signing.Dispose();
    }

    /// <summary>The type's name and nothing else.</summary>
    public override string ToString() => nameof(MemberPrivateKeys);
}
