using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EncryptionService.Service.Ledger;

/// <summary>The key that authenticates frames, bound to its organization (docs/spec/ledger.md, section 1).</summary>
/// <remarks>Shared by all streams and safe to use from several threads. Whoever creates it disposes it, after the streams.</remarks>
public sealed class LedgerKey : IDisposable
{
    /// <summary>Bytes of the key and of a MAC.</summary>
    public const int Size = 32;

    private readonly byte[] key = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
    private readonly byte[] organization;
    private bool disposed;

    /// <summary>Takes a copy of a derived key.</summary>
    /// <param name="organization">The id of the organization.</param>
    /// <param name="macKey">HKDF(root key, "ledger"), 32 bytes.</param>
    /// <exception cref="ArgumentException">The key has another length, or there is no organization.</exception>
    public LedgerKey(string organization, ReadOnlySpan<byte> macKey)
    {
        ArgumentException.ThrowIfNullOrEmpty(organization);
        if (macKey.Length != Size)
        {
            throw new ArgumentException("A ledger key has 32 bytes.", nameof(macKey));
        }

        this.organization = Encoding.ASCII.GetBytes(organization);
        macKey.CopyTo(key);
    }

    /// <summary>Derives the key from the root key.</summary>
    /// <param name="organization">The id of the organization.</param>
    /// <param name="rootKey">The root key.</param>
    /// <returns>The ledger's key, to be disposed by the caller.</returns>
    public static LedgerKey Derive(string organization, ReadOnlySpan<byte> rootKey)
    {
        Span<byte> derived = stackalloc byte[Size];
        try
        {
            HKDF.DeriveKey(HashAlgorithmName.SHA256, rootKey, derived, [], "ledger"u8);
            return new LedgerKey(organization, derived);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        disposed = true;
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Says nothing about the key.</summary>
    /// <returns>The name of the type.</returns>
    public override string ToString() => nameof(LedgerKey);

    /// <summary>What stands in front of the frame when a MAC is computed: LP("eec-frame/v1") | LP(org) | LP(stream name).</summary>
    internal byte[] ContextOf(StreamName stream)
    {
        var name = stream.ToString();
        var context = new byte[2 + FrameCodec.MacLabel.Length + 2 + organization.Length + 2 + name.Length];
        var rest = Prefixed(context, FrameCodec.MacLabel);
        rest = Prefixed(rest, organization);
        Prefixed(rest, Encoding.ASCII.GetBytes(name));
        return context;
    }

    /// <summary>The MAC of one message that lies in memory as a whole.</summary>
    internal void Mac(ReadOnlySpan<byte> message, Span<byte> mac)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        HMACSHA256.HashData(key, message, mac);
    }

    /// <summary>A MAC in pieces, for one thread; the caller disposes it.</summary>
    internal IncrementalHash StartMac()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
    }

    private static Span<byte> Prefixed(Span<byte> target, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, checked((ushort)value.Length));
        value.CopyTo(target[2..]);
        return target[(2 + value.Length)..];
    }
}
