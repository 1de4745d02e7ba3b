using System.Diagnostics.CodeAnalysis;

namespace EncryptionService.Hpke;

/// <summary>One of the HPKE suites this house speaks, named by its JOSE <c>alg</c> (draft-ietf-jose-hpke-encrypt).</summary>
/// <remarks>The list is closed; the four instances are the only ones, so they compare by reference.</remarks>
public sealed class HpkeSuite
{
    internal const int DhSize = 32;
    internal const int NonceSize = 12;

    private HpkeSuite(string name, ushort kemId, ushort aeadId, int publicKeySize, int keySize)
    {
        Name = name;
        KemId = kemId;
        AeadId = aeadId;
        PublicKeySize = publicKeySize;
        KeySize = keySize;
    }

    /// <summary>DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM.</summary>
    public static HpkeSuite Hpke0 { get; } = new("HPKE-0", 0x0010, 0x0001, 65, 16);

    /// <summary>DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM.</summary>
    public static HpkeSuite Hpke3 { get; } = new("HPKE-3", 0x0020, 0x0001, 32, 16);

    /// <summary>DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.</summary>
    public static HpkeSuite Hpke4 { get; } = new("HPKE-4", 0x0020, 0x0003, 32, 32);

    /// <summary>DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.</summary>
    public static HpkeSuite Hpke7 { get; } = new("HPKE-7", 0x0010, 0x0002, 65, 32);

    /// <summary>All suites, in the order of their names.</summary>
    public static IReadOnlyList<HpkeSuite> All { get; } = [Hpke0, Hpke3, Hpke4, Hpke7];

    /// <summary>The JOSE <c>alg</c> value, for example <c>HPKE-4</c>.</summary>
    public string Name { get; }

    /// <summary>KEM identifier (RFC 9180 section 7.1).</summary>
    public int KemId { get; }

    /// <summary>KDF identifier (RFC 9180 section 7.2); HKDF-SHA256 in every suite here.</summary>
    public int KdfId { get; } = 0x0001;

    /// <summary>AEAD identifier (RFC 9180 section 7.3).</summary>
    public int AeadId { get; }

    /// <summary>Bytes of a serialized public key (Npk): 32, or 65 for an uncompressed P-256 point.</summary>
    public int PublicKeySize { get; }

    /// <summary>Bytes of an encapsulation (Nenc); equals <see cref="PublicKeySize"/> for both KEMs.</summary>
    public int EncapsulationSize => PublicKeySize;

    /// <summary>Bytes of a serialized private key (Nsk).</summary>
    public int PrivateKeySize { get; } = 32;

    /// <summary>Bytes the AEAD adds to a plaintext (Nt).</summary>
    public int TagSize { get; } = 16;

    internal int KeySize { get; }

    internal bool IsX25519 => KemId == 0x0020;

    /// <summary>Finds a suite by its exact (case-sensitive) JOSE name.</summary>
    /// <param name="name">The <c>alg</c> value; null is no suite.</param>
    /// <param name="suite">The suite, or null.</param>
    /// <returns>False for every name outside the closed list.</returns>
    public static bool TryGet(string? name, [NotNullWhen(true)] out HpkeSuite? suite)
    {
        suite = name switch
        {
            "HPKE-0" => Hpke0,
            "HPKE-3" => Hpke3,
            "HPKE-4" => Hpke4,
            "HPKE-7" => Hpke7,
            _ => null,
        };
        return suite is not null;
    }

    /// <summary>The JOSE name.</summary>
    public override string ToString() => Name;
}
