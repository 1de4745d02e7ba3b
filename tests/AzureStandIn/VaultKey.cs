using System.Security.Cryptography;

namespace EncryptionService.AzureStandIn;

/// <summary>One version of a key, with the attributes that Key Vault keeps for it.</summary>
/// <param name="Version">32 hexadecimal digits.</param>
/// <param name="Pkcs8">The private key.</param>
/// <param name="Created">Seconds since 1970.</param>
public sealed record KeyVersion(string Version, ReadOnlyMemory<byte> Pkcs8, long Created)
{
    public bool Enabled { get; init; } = true;

    /// <summary>Not valid before; seconds since 1970.</summary>
    public long? NotBefore { get; init; }

    /// <summary>Expires; seconds since 1970.</summary>
    public long? Expires { get; init; }

    /// <summary>What people and programs wrote on it.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>A key of the vault: versions, oldest first.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Key Vault's <c>kty</c>: RSA, RSA-HSM, EC or EC-HSM.</param>
/// <param name="Versions">All versions.</param>
public sealed record VaultKey(string Name, string Type, IReadOnlyList<KeyVersion> Versions)
{
    /// <summary>Soft-deleted.</summary>
    public bool Deleted { get; init; }

    public KeyVersion Newest => Versions[^1];

    public bool IsRsa => Type.StartsWith("RSA", StringComparison.Ordinal);

    internal static byte[] NewPrivateKey(string type, int sizeInBits)
    {
        using AsymmetricAlgorithm key = type.StartsWith("RSA", StringComparison.Ordinal)
            ? RSA.Create(sizeInBits)
            : ECDsa.Create(sizeInBits == 384 ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
    }
}
