using System.Diagnostics.CodeAnalysis;

namespace EncryptionService.Formats;

/// <summary>The curve of a suite's KEM.</summary>
public enum SuiteCurve
{
    /// <summary>DHKEM(X25519, HKDF-SHA256); JWK type OKP.</summary>
    X25519,

    /// <summary>DHKEM(P-256, HKDF-SHA256); JWK type EC.</summary>
    P256,
}

/// <summary>One of the closed list of HPKE suites (envelope.md, sections 2 and 11). Plain data: nothing here computes with it.</summary>
public sealed class Suite
{
    private Suite(string name, int strength, SuiteCurve curve)
    {
        Name = name;
        Strength = strength;
        Curve = curve;
    }

    /// <summary>P-256, HKDF-SHA256, AES-128-GCM.</summary>
    public static Suite Hpke0 { get; } = new("HPKE-0", 1, SuiteCurve.P256);

    /// <summary>X25519, HKDF-SHA256, AES-128-GCM.</summary>
    public static Suite Hpke3 { get; } = new("HPKE-3", 2, SuiteCurve.X25519);

    /// <summary>P-256, HKDF-SHA256, AES-256-GCM.</summary>
    public static Suite Hpke7 { get; } = new("HPKE-7", 3, SuiteCurve.P256);

    /// <summary>X25519, HKDF-SHA256, ChaCha20-Poly1305: the default.</summary>
    public static Suite Hpke4 { get; } = new("HPKE-4", 4, SuiteCurve.X25519);

    /// <summary>All suites, strongest first.</summary>
    public static IReadOnlyList<Suite> All { get; } = [Hpke4, Hpke7, Hpke3, Hpke0];

    /// <summary>The JOSE <c>alg</c>.</summary>
    public string Name { get; }

    /// <summary>1 (weakest) to 4.</summary>
    public int Strength { get; }

    /// <summary>The curve of the KEM.</summary>
    public SuiteCurve Curve { get; }

    /// <summary>Bytes of a public key, and of an encapsulation: 32, or 65 uncompressed.</summary>
    public int PublicKeySize => Curve == SuiteCurve.X25519 ? 32 : 65;

    /// <summary>Finds a suite by its <c>alg</c>; exact spelling.</summary>
    public static bool TryGet(string? name, [NotNullWhen(true)] out Suite? suite)
    {
        suite = name switch
        {
            "HPKE-4" => Hpke4,
            "HPKE-7" => Hpke7,
            "HPKE-3" => Hpke3,
            "HPKE-0" => Hpke0,
            _ => null,
        };
        return suite is not null;
    }

    /// <summary>The JOSE <c>alg</c>.</summary>
    public override string ToString() => Name;
}
