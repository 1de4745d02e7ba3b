using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EncryptionService.Service.Keys;

/// <summary>The root key: 32 bytes under which everything secret in the ledger is sealed (docs/spec/ledger.md, section 5).</summary>
/// <remarks>Lives in pinned memory from the one unwrap at start until the process ends.</remarks>
internal sealed class RootKey : IDisposable
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 32;

    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly byte[] bytes = GC.AllocateArray<byte>(Size, pinned: true);
    private bool disposed;

    private RootKey()
    {
    }

    /// <summary>The bytes, for wrapping only.</summary>
    public ReadOnlyMemory<byte> Reveal()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return bytes;
    }

    /// <summary>A new root key from the operating system's generator.</summary>
    public static RootKey Generate()
    {
        var key = new RootKey();
        RandomNumberGenerator.Fill(key.bytes);
        return key;
    }

    /// <summary>Takes over unwrapped bytes and zeroes the source.</summary>
    /// <exception cref="StartupException">Not exactly 32 bytes.</exception>
    public static RootKey Take(byte[] unwrapped)
    {
        try
        {
            if (unwrapped.Length != Size)
            {
                throw new StartupException(ExitCode.Disagreement, "The unwrapped root key does not have 32 bytes: the ledger's root was changed. Restore it.");
            }

            var key = new RootKey();
            unwrapped.CopyTo(key.bytes, 0);
            return key;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(unwrapped);
        }
    }

    /// <summary>HKDF(root key, info), 32 bytes into <paramref name="output"/>.</summary>
    public void Derive(ReadOnlySpan<byte> info, Span<byte> output)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, bytes, output, [], info);
    }

    /// <summary>Seals one of the service's own private keys for the root stream.</summary>
    public byte[] SealOwn(ReadOnlySpan<byte> secret, string name) => Seal("seal/root"u8, secret, Encoding.ASCII.GetBytes("eec-root/v1/" + name));

    /// <summary>Opens what <see cref="SealOwn"/> sealed. The caller zeroes the result.</summary>
    /// <exception cref="CryptographicException">It does not open.</exception>
    public byte[] OpenOwn(ReadOnlySpan<byte> blob, string name) => Open("seal/root"u8, blob, Encoding.ASCII.GetBytes("eec-root/v1/" + name));

    /// <summary>Seals an epoch's vault key at rest: nonce, ciphertext, tag; 60 bytes.</summary>
    public byte[] SealVaultKey(ReadOnlySpan<byte> vaultKey, string organization, string group, ulong epoch)
        => Seal(GroupInfo(group), vaultKey, VaultKeyAad(organization, group, epoch));

    /// <summary>Opens what <see cref="SealVaultKey"/> sealed. The caller zeroes the result.</summary>
    /// <exception cref="CryptographicException">It does not open.</exception>
    public byte[] OpenVaultKey(ReadOnlySpan<byte> blob, string organization, string group, ulong epoch)
        => Open(GroupInfo(group), blob, VaultKeyAad(organization, group, epoch));

    /// <inheritdoc/>
    public override string ToString() => nameof(RootKey);

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(bytes);
        disposed = true;
    }

    private static byte[] GroupInfo(string group) => [.. "seal"u8, .. LengthPrefixed(group)];

    private static byte[] VaultKeyAad(string organization, string group, ulong epoch)
    {
        var number = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(number, epoch);
        return [.. LengthPrefixed("eec-seal/v1"), .. LengthPrefixed(organization), .. LengthPrefixed(group), .. number];
    }

    private static byte[] LengthPrefixed(string text) => [(byte)(text.Length >> 8), (byte)(text.Length & 0xff), .. Encoding.ASCII.GetBytes(text)];

    private byte[] Seal(ReadOnlySpan<byte> info, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> aad)
    {
        Span<byte> key = stackalloc byte[Size];
        try
        {
            Derive(info, key);
            using var aes = new AesGcm(key, TagSize);
            var blob = new byte[NonceSize + secret.Length + TagSize];
            var nonce = blob.AsSpan(0, NonceSize);
            RandomNumberGenerator.Fill(nonce);
            aes.Encrypt(nonce, secret, blob.AsSpan(NonceSize, secret.Length), blob.AsSpan(NonceSize + secret.Length), aad);
            return blob;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private byte[] Open(ReadOnlySpan<byte> info, ReadOnlySpan<byte> blob, ReadOnlySpan<byte> aad)
    {
        if (blob.Length < NonceSize + TagSize)
        {
            throw new CryptographicException("The sealed blob is too short.");
        }

        Span<byte> key = stackalloc byte[Size];
        try
        {
            Derive(info, key);
            using var aes = new AesGcm(key, TagSize);
            var secret = GC.AllocateUninitializedArray<byte>(blob.Length - NonceSize - TagSize, pinned: true);
            aes.Decrypt(blob[..NonceSize], blob[NonceSize..^TagSize], blob[^TagSize..], secret, aad);
            return secret;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
