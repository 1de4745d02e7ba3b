using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EncryptionService.Formats;

/// <summary>A member's public HPKE key, bound to one suite by its <c>alg</c> (envelope.md, section 2). Always a valid point.</summary>
public sealed class HpkeJwk
{
    private readonly byte[] publicKey;

    private HpkeJwk(Suite suite, byte[] publicKey)
    {
        Suite = suite;
        this.publicKey = publicKey;
        Thumbprint = JwkText.ThumbprintOf(suite.Curve, publicKey);
    }

    /// <summary>The suite.</summary>
    public Suite Suite { get; }

    /// <summary>The suite's <c>alg</c>.</summary>
    public string Alg => Suite.Name;

    /// <summary>The public value: 32 bytes, or 65 uncompressed.</summary>
    public ReadOnlyMemory<byte> PublicKey => publicKey;

    /// <summary>The thumbprint of the key; it does not cover <c>alg</c>.</summary>
    public Thumbprint Thumbprint { get; }

    /// <summary>Parses a JWK.</summary>
    public static bool TryParse(string? json, [NotNullWhen(true)] out HpkeJwk? key, out KeyProblem problem)
    {
        key = null;
        if (json is null || json.Length > JwkText.MaxLength)
        {
            problem = new KeyProblem(KeyError.Malformed, "the key is no JWK of at most 2048 characters");
            return false;
        }

        if (!StrictJson.TryRead(Encoding.UTF8.GetBytes(json), out var members, out var error))
        {
            problem = new KeyProblem(KeyError.Malformed, $"the key {error}");
            return false;
        }

        return TryRead(members, out key, out problem);
    }

    /// <summary>Takes raw public bytes, and checks them.</summary>
    public static bool TryCreate(string? alg, ReadOnlySpan<byte> publicKey, [NotNullWhen(true)] out HpkeJwk? key, out KeyProblem problem)
    {
        key = null;
        problem = default;
        if (!Suite.TryGet(alg, out var suite))
        {
            problem = new KeyProblem(KeyError.UnsupportedAlgorithm, "'alg' is none of HPKE-4, HPKE-7, HPKE-3, HPKE-0");
        }
        else if (publicKey.Length != suite.PublicKeySize)
        {
            problem = new KeyProblem(KeyError.Malformed, $"a key for {suite} has {suite.PublicKeySize} bytes");
        }
        else if (!(suite.Curve == SuiteCurve.X25519 ? CurvePoints.IsX25519(publicKey) : CurvePoints.IsP256(publicKey)))
        {
            problem = new KeyProblem(KeyError.InvalidPoint, "the key is no valid point: low order, out of range, or not on the curve");
        }
        else
        {
            key = new HpkeJwk(suite, publicKey.ToArray());
        }

        return key is not null;
    }

    /// <summary>The JWK, without white space.</summary>
    public string ToJson() => JwkText.ToJson(Suite.Curve, publicKey, Suite.Name);

    /// <summary>Suite and thumbprint.</summary>
    public override string ToString() => $"{Suite} {Thumbprint}";

    /// <summary>Trusts the point: for bytes that were checked before and are authenticated.</summary>
    internal static HpkeJwk Trusted(Suite suite, ReadOnlySpan<byte> publicKey) => new(suite, publicKey.ToArray());

    internal static bool TryRead(StrictJson json, [NotNullWhen(true)] out HpkeJwk? key, out KeyProblem problem)
    {
        key = null;
        if (JwkText.IsPrivate(json))
        {
            problem = new KeyProblem(KeyError.PrivateKey, "the key is a private key; only public keys belong here");
            return false;
        }

        var alg = json.Text("alg", JwkText.MaxLength);
        if (!Suite.TryGet(alg, out var suite))
        {
            problem = alg.Length == 0
                ? new KeyProblem(KeyError.Malformed, "the key has no 'alg'")
                : new KeyProblem(KeyError.UnsupportedAlgorithm, "'alg' is none of HPKE-4, HPKE-7, HPKE-3, HPKE-0");
            return false;
        }

        JwkText.TakeType(json, suite.Curve);
        var point = JwkText.TakePoint(json, suite.Curve);
        if (!JwkText.TryClose(json, "enc", JwkText.ThumbprintOf(suite.Curve, point), out var error))
        {
            problem = new KeyProblem(KeyError.Malformed, error);
            return false;
        }

        return TryCreate(alg, point, out key, out problem);
    }
}
