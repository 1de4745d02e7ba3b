using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace EncryptionService.Formats;

/// <summary>A public ES256 key (envelope.md, section 2). Always a point on P-256.</summary>
public sealed class SigningJwk
{
    /// <summary>The only <c>alg</c>.</summary>
    public const string Alg = "ES256";

    /// <summary>Bytes of a signature: r and s.</summary>
    public const int SignatureSize = 64;

    private readonly byte[] point;

    private SigningJwk(byte[] point)
    {
        this.point = point;
        Thumbprint = JwkText.ThumbprintOf(SuiteCurve.P256, point);
    }

    /// <summary>The point, 65 bytes, uncompressed.</summary>
    public ReadOnlyMemory<byte> Point => point;

    /// <summary>The thumbprint.</summary>
    public Thumbprint Thumbprint { get; }

    /// <summary>Parses a JWK.</summary>
    public static bool TryParse(string? json, [NotNullWhen(true)] out SigningJwk? key, out KeyProblem problem)
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

    /// <summary>Takes an uncompressed point, and checks it.</summary>
    public static bool TryFromPoint(ReadOnlySpan<byte> point, [NotNullWhen(true)] out SigningJwk? key)
    {
        key = CurvePoints.IsP256(point) ? new SigningJwk(point.ToArray()) : null;
        return key is not null;
    }

    /// <summary>Takes an uncompressed point.</summary>
    /// <exception cref="ArgumentException">It is no point on P-256.</exception>
    public static SigningJwk FromPoint(ReadOnlySpan<byte> point)
        => TryFromPoint(point, out var key) ? key : throw new ArgumentException("No uncompressed point on P-256.", nameof(point));

    /// <summary>The public part of a key.</summary>
    /// <exception cref="ArgumentException">The key is not on P-256.</exception>
    public static SigningJwk Of(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return FromPoint([4, .. parameters.Q.X!, .. parameters.Q.Y!]);
    }

    /// <summary>True if <paramref name="signature"/> (64 bytes, r and s) over SHA-256 of <paramref name="data"/> is by this key.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize)
        {
            return false;
        }

        // Imported for each call: a cached handle would make every key disposable and a roster of keys heavy.
        using var verifier = CurvePoints.ImportP256(point);
        return verifier.VerifyData(data, signature, HashAlgorithmName.SHA256);
    }

    /// <summary>The JWK, without white space.</summary>
    public string ToJson() => JwkText.ToJson(SuiteCurve.P256, point, Alg);

    /// <summary>The thumbprint.</summary>
    public override string ToString() => Thumbprint.ToString();

    /// <summary>Trusts the point: for bytes that were checked before and are authenticated.</summary>
    internal static SigningJwk Trusted(ReadOnlySpan<byte> point) => new(point.ToArray());

    internal static bool TryRead(StrictJson json, [NotNullWhen(true)] out SigningJwk? key, out KeyProblem problem)
    {
        key = null;
        if (JwkText.IsPrivate(json))
        {
            problem = new KeyProblem(KeyError.PrivateKey, "the key is a private key; only public keys belong here");
            return false;
        }

        var alg = json.Text("alg", JwkText.MaxLength);
        if (alg != Alg)
        {
            problem = alg.Length == 0
                ? new KeyProblem(KeyError.Malformed, "the key has no 'alg'")
                : new KeyProblem(KeyError.UnsupportedAlgorithm, "'alg' is not ES256");
            return false;
        }

        JwkText.TakeType(json, SuiteCurve.P256);
        var point = JwkText.TakePoint(json, SuiteCurve.P256);
        if (!JwkText.TryClose(json, "sig", JwkText.ThumbprintOf(SuiteCurve.P256, point), out var error))
        {
            problem = new KeyProblem(KeyError.Malformed, error);
            return false;
        }

        problem = default;
        if (!TryFromPoint(point, out key))
        {
            problem = new KeyProblem(KeyError.InvalidPoint, "the key is no point on P-256");
        }

        return key is not null;
    }
}
