using System.Diagnostics.CodeAnalysis;

namespace EncryptionService.Formats;

/// <summary>What names a member's two keys: <c>alg</c> and both thumbprints (envelope.md, section 2).</summary>
/// <param name="Alg">The HPKE key's <c>alg</c>.</param>
/// <param name="Hpke">Thumbprint of the HPKE key.</param>
/// <param name="Signing">Thumbprint of the signing key.</param>
public readonly record struct KeyIds(string Alg, Thumbprint Hpke, Thumbprint Signing);

/// <summary>A member's public keys: one HPKE key and one signing key.</summary>
/// <param name="Hpke">The HPKE key.</param>
/// <param name="Signing">The signing key.</param>
public sealed record MemberKeys(HpkeJwk Hpke, SigningJwk Signing)
{
    /// <summary>The ids of the two keys.</summary>
    public KeyIds Ids => new(Hpke.Alg, Hpke.Thumbprint, Signing.Thumbprint);

    /// <summary>Parses two JWKs. The problem's message begins with the key that it is about.</summary>
    public static bool TryParse(string? hpkeJwk, string? signingJwk, [NotNullWhen(true)] out MemberKeys? keys, out KeyProblem problem)
    {
        keys = null;
        if (!HpkeJwk.TryParse(hpkeJwk, out var hpke, out problem))
        {
            problem = problem with { Message = $"HPKE key: {problem.Message}" };
            return false;
        }

        if (!SigningJwk.TryParse(signingJwk, out var signing, out problem))
        {
            problem = problem with { Message = $"signing key: {problem.Message}" };
            return false;
        }

        keys = new MemberKeys(hpke, signing);
        return true;
    }

    /// <summary>Takes raw public values, and checks them.</summary>
    public static bool TryCreate(
        string? alg, ReadOnlySpan<byte> hpke, ReadOnlySpan<byte> signingPoint, [NotNullWhen(true)] out MemberKeys? keys, out KeyProblem problem)
    {
        keys = null;
        if (!HpkeJwk.TryCreate(alg, hpke, out var hpkeKey, out problem))
        {
            return false;
        }

        if (!SigningJwk.TryFromPoint(signingPoint, out var signing))
        {
            problem = new KeyProblem(KeyError.InvalidPoint, "the signing key is no point on P-256");
            return false;
        }

        keys = new MemberKeys(hpkeKey, signing);
        return true;
    }

    /// <summary>Takes values that were checked when they came in and are authenticated since: only <c>alg</c> and sizes are looked at.</summary>
    public static bool TryFromLedger(
        string? alg, ReadOnlySpan<byte> hpke, ReadOnlySpan<byte> signingPoint, [NotNullWhen(true)] out MemberKeys? keys)
    {
        keys = Suite.TryGet(alg, out var suite) && hpke.Length == suite.PublicKeySize && signingPoint.Length == CurvePoints.UncompressedSize
            ? new MemberKeys(HpkeJwk.Trusted(suite, hpke), SigningJwk.Trusted(signingPoint))
            : null;
        return keys is not null;
    }

    /// <summary>True if both keys and the <c>alg</c> are the same.</summary>
    public bool Equals(MemberKeys? other) => other is not null && Ids == other.Ids;

    /// <inheritdoc/>
    public override int GetHashCode() => Ids.GetHashCode();
}
