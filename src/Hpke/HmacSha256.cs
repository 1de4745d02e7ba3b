using System.Security.Cryptography;
using EncryptionService.Hpke.Native;

namespace EncryptionService.Hpke;

/// <summary>HMAC-SHA256 whose two key blocks are hashed once per key and then copied (RFC 2104 section 4).</summary>
/// <remarks>Not thread-safe. Holds key material until the next <see cref="SetKey"/> or <see cref="Dispose"/>.</remarks>
internal sealed unsafe class HmacSha256 : IDisposable
{
    internal const int Size = 32;
    private const int BlockSize = 64;

    private static readonly nint sha256 = LibCrypto.Demand(LibCrypto.EVP_MD_fetch(0, "SHA256", null));

    private readonly NativeHandle inner = NewContext();
    private readonly NativeHandle outer = NewContext();
    private readonly NativeHandle work = NewContext();

    internal void SetKey(ReadOnlySpan<byte> key)
    {
        Span<byte> block = stackalloc byte[BlockSize];
        block.Clear();
        try
        {
            if (key.Length > BlockSize)
            {
                LibCrypto.Demand(LibCrypto.EVP_DigestInit_ex(work.Pointer, sha256, 0));
                Append(key);
                Final(block[..Size]);
            }
            else
            {
                key.CopyTo(block);
            }

            Start(inner, block, 0x36);
            Start(outer, block, 0x36 ^ 0x5c);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(block);
        }
    }

    /// <summary>Makes <paramref name="prefix"/> the beginning of every later message under this key.</summary>
    internal void KeepPrefix(ReadOnlySpan<byte> prefix) => Update(inner, prefix);

    internal void Begin() => LibCrypto.Demand(LibCrypto.EVP_MD_CTX_copy_ex(work.Pointer, inner.Pointer));

    internal void Append(ReadOnlySpan<byte> data) => Update(work, data);

    internal void Finish(Span<byte> mac)
    {
        Span<byte> digest = stackalloc byte[Size];
        Final(digest);
        LibCrypto.Demand(LibCrypto.EVP_MD_CTX_copy_ex(work.Pointer, outer.Pointer));
        Append(digest);
        Final(mac[..Size]);
        CryptographicOperations.ZeroMemory(digest);
    }

    public void Dispose()
    {
        inner.Dispose();
        outer.Dispose();
        work.Dispose();
    }

    private static NativeHandle NewContext() => new(LibCrypto.EVP_MD_CTX_new(), LibCrypto.EVP_MD_CTX_free);

    private static void Start(NativeHandle context, Span<byte> block, byte mask)
    {
        for (var i = 0; i < BlockSize; i++)
        {
            block[i] ^= mask;
        }

        LibCrypto.Demand(LibCrypto.EVP_DigestInit_ex(context.Pointer, sha256, 0));
        Update(context, block);
    }

    private static void Update(NativeHandle context, ReadOnlySpan<byte> data)
    {
        fixed (byte* pointer = data)
        {
            LibCrypto.Demand(LibCrypto.EVP_DigestUpdate(context.Pointer, pointer, (nuint)data.Length));
        }
    }

    private void Final(Span<byte> digest)
    {
        fixed (byte* pointer = digest)
        {
            LibCrypto.Demand(LibCrypto.EVP_DigestFinal_ex(work.Pointer, pointer, null));
        }
    }
}
