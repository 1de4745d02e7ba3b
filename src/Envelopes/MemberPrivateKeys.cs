using System.Security.Cryptography;
using EncryptionService.Formats;
using EncryptionService.Hpke;

namespace EncryptionService.Envelopes;

/// <summary>A member's own keys: one HPKE key and one signing key. Disposal disposes both.</summary>
public sealed class MemberPrivateKeys : IDisposable
{
    /// <summary>Bytes of a serialized signing key.</summary>
    public const int SigningKeySize = SigningScalar.Size;

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

    /// <summary>Takes serialized private keys; the caller zeroes its own copies.</summary>
    /// <param name="suite">Suite of the HPKE key.</param>
    /// <param name="hpke">The serialized HPKE key (<see cref="HpkePrivateKey.Export"/>).</param>
    /// <param name="signing">The scalar of the signing key, <see cref="SigningKeySize"/> bytes.</param>
    /// <returns>The keys, to be disposed by the caller; null if one of them is none.</returns>
    public static MemberPrivateKeys? TryImport(Suite suite, ReadOnlySpan<byte> hpke, ReadOnlySpan<byte> signing)
    {
        ArgumentNullException.ThrowIfNull(suite);
        HpkePrivateKey? hpkeKey = null;
        ECDsa? signingKey = null;
        try
        {
            if (!HpkePrivateKey.TryImport(suite.ToHpke(), hpke, out hpkeKey) || !SigningScalar.TryImport(signing, out signingKey))
            {
                return null;
            }

            var keys = new MemberPrivateKeys(hpkeKey, signingKey);
            hpkeKey = null;
            signingKey = null;
            return keys;
        }
        finally
        {
            hpkeKey?.Dispose();
            signingKey?.Dispose();
        }
    }

    /// <summary>Writes the scalar of the signing key; the caller zeroes it.</summary>
    /// <param name="destination">Exactly <see cref="SigningKeySize"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void ExportSigningKey(Span<byte> destination) => SigningScalar.Export(signing, destination);

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
