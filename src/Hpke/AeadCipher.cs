using System.Security.Cryptography;
using EncryptionService.Hpke.Native;

namespace EncryptionService.Hpke;

/// <summary>One reused cipher context; key and nonce change with every call.</summary>
/// <remarks>The BCL's AEAD types are bound to one key each, which costs more than the encryption. Not thread-safe.</remarks>
internal sealed unsafe class AeadCipher : IDisposable
{
    private const int ControlGetTag = 0x10;
    private const int ControlSetTag = 0x11;
    private const int TagSize = 16;

    private static readonly nint aes128 = LibCrypto.Demand(LibCrypto.EVP_CIPHER_fetch(0, "AES-128-GCM", null));
    private static readonly nint aes256 = LibCrypto.Demand(LibCrypto.EVP_CIPHER_fetch(0, "AES-256-GCM", null));
    private static readonly nint chaCha20 = LibCrypto.Demand(LibCrypto.EVP_CIPHER_fetch(0, "ChaCha20-Poly1305", null));

    private readonly NativeHandle context = new(LibCrypto.EVP_CIPHER_CTX_new(), LibCrypto.EVP_CIPHER_CTX_free);
    private readonly int keySize;

    internal AeadCipher(HpkeSuite suite)
    {
        keySize = suite.KeySize;
        var cipher = suite.AeadId switch { 1 => aes128, 2 => aes256, _ => chaCha20 };
        LibCrypto.Demand(LibCrypto.EVP_CipherInit_ex(context.Pointer, cipher, 0, null, null, 1));
    }

    /// <summary>Writes ciphertext and tag, <c>plaintext.Length + 16</c> bytes.</summary>
    internal void Seal(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        Start(key, nonce, encrypt: 1);
        int written;
        Authenticate(aad);
        fixed (byte* input = plaintext, output = ciphertext)
        {
            if (plaintext.Length > 0)
            {
                LibCrypto.Demand(LibCrypto.EVP_CipherUpdate(context.Pointer, output, &written, input, plaintext.Length));
            }

            var tag = output + plaintext.Length;
            LibCrypto.Demand(LibCrypto.EVP_CipherFinal_ex(context.Pointer, tag, &written));
            LibCrypto.Demand(LibCrypto.EVP_CIPHER_CTX_ctrl(context.Pointer, ControlGetTag, TagSize, tag));
        }
    }

    /// <summary>Opens ciphertext and tag; <paramref name="plaintext"/> is all zero when it returns false.</summary>
    internal bool TryOpen(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        var size = ciphertext.Length - TagSize;
        Start(key, nonce, encrypt: 0);
        int written;
        Authenticate(aad);
        byte nothing;
        bool opened;
        fixed (byte* input = ciphertext, output = plaintext)
        {
            LibCrypto.Demand(LibCrypto.EVP_CIPHER_CTX_ctrl(context.Pointer, ControlSetTag, TagSize, input + size));
            opened = size == 0 || LibCrypto.EVP_CipherUpdate(context.Pointer, output, &written, input, size) == 1;
            opened &= LibCrypto.EVP_CipherFinal_ex(context.Pointer, &nothing, &written) == 1;
        }

        if (!opened)
        {
            LibCrypto.ERR_clear_error();
            CryptographicOperations.ZeroMemory(plaintext);
        }

        return opened;
    }

    /// <summary>Overwrites the key of the last call.</summary>
    internal void Clear()
    {
        Span<byte> zero = stackalloc byte[32];
        zero.Clear();
        Start(zero, zero, encrypt: 1);
    }

    public void Dispose() => context.Dispose();

    private void Start(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, int encrypt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(key.Length, keySize);
        ArgumentOutOfRangeException.ThrowIfLessThan(nonce.Length, HpkeSuite.NonceSize);
        fixed (byte* keyPointer = key, noncePointer = nonce)
        {
            LibCrypto.Demand(LibCrypto.EVP_CipherInit_ex(context.Pointer, 0, 0, keyPointer, noncePointer, encrypt));
        }
    }

    private void Authenticate(ReadOnlySpan<byte> aad)
    {
        if (aad.IsEmpty)
        {
            return;
        }

        int written;
        fixed (byte* input = aad)
        {
            LibCrypto.Demand(LibCrypto.EVP_CipherUpdate(context.Pointer, null, &written, input, aad.Length));
        }
    }
}
