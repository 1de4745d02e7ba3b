using System.Security.Cryptography;
using EncryptionService.Hpke.Native;

namespace EncryptionService.Hpke.Engines;

/// <summary>X25519 by OpenSSL's EVP interface, one recipient after the other.</summary>
/// <remarks>
/// The ephemeral public key is X25519(k, 9), its definition in RFC 7748 section 6.1, computed as a key agreement with the
/// base point: OpenSSL 3.0's variable-base ladder is faster than its fixed-base multiplication, and importing the private
/// key together with some public key keeps OpenSSL from doing that slower multiplication unasked. The imported pair is
/// therefore inconsistent on purpose and never leaves this class.
/// </remarks>
internal sealed unsafe class X25519Engine : KemEngine
{
    private const int Size = 32;
    private const int SelectPublicKey = 0x86; // EVP_PKEY_PUBLIC_KEY: public key and parameters
    private const int SelectKeyPair = 0x87; // EVP_PKEY_KEYPAIR

    private static readonly byte[] basePoint = [9, .. new byte[31]];

    private readonly NativeHandle import = NewImport();
    private readonly NativeHandle generator;
    private readonly NativeHandle peer;

    internal X25519Engine()
        : base(Size)
    {
        generator = NewPublicKey();
        peer = NewPublicKey();
    }

    internal override bool TryAgree(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> secret)
    {
        nint key = 0;
        nint exchange = 0;
        try
        {
            key = Import(privateKey, SelectKeyPair);
            exchange = NewExchange(key);
            return Agree(exchange, publicKey, secret);
        }
        finally
        {
            LibCrypto.EVP_PKEY_CTX_free(exchange);
            LibCrypto.EVP_PKEY_free(key);
        }
    }

    internal override bool TryGetPublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey) =>
        TryAgree(privateKey, basePoint, publicKey);

    private protected override void Multiply(
        ReadOnlySpan<byte> ephemeralKeys, ReadOnlySpan<byte> publicKeys, Span<byte> encapsulations, Span<byte> secrets, Span<bool> failed)
    {
        for (var i = 0; i < failed.Length; i++)
        {
            var place = i * Size;
            var encapsulation = encapsulations.Slice(place, Size);
            nint key = 0;
            nint exchange = 0;
            try
            {
                key = Import(ephemeralKeys.Slice(place, Size), SelectKeyPair);
                exchange = NewExchange(key);
                failed[i] = !Derive(exchange, generator, encapsulation)
                    || !Agree(exchange, publicKeys.Slice(place, Size), secrets.Slice(place, Size));
            }
            finally
            {
                LibCrypto.EVP_PKEY_CTX_free(exchange);
                LibCrypto.EVP_PKEY_free(key);
            }

            if (failed[i])
            {
                CryptographicOperations.ZeroMemory(encapsulation);
                CryptographicOperations.ZeroMemory(secrets.Slice(place, Size));
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        generator.Dispose();
        peer.Dispose();
        import.Dispose();
        base.Dispose(disposing);
    }

    private static NativeHandle NewImport()
    {
        var context = new NativeHandle(LibCrypto.EVP_PKEY_CTX_new_from_name(0, "X25519", null), LibCrypto.EVP_PKEY_CTX_free);
        LibCrypto.Demand(LibCrypto.EVP_PKEY_fromdata_init(context.Pointer));
        return context;
    }

    private static nint NewExchange(nint key)
    {
        var exchange = LibCrypto.Demand(LibCrypto.EVP_PKEY_CTX_new_from_pkey(0, key, null));
        if (LibCrypto.EVP_PKEY_derive_init(exchange) <= 0)
        {
            LibCrypto.EVP_PKEY_CTX_free(exchange);
            LibCrypto.Demand(0);
        }

        return exchange;
    }

    private static bool IsZero(ReadOnlySpan<byte> secret)
    {
        var bits = 0;
        foreach (var part in secret)
        {
            bits |= part;
        }

        return bits == 0;
    }

    private static bool Derive(nint exchange, NativeHandle other, Span<byte> secret)
    {
        // Validation is ours (PublicKeyRules); OpenSSL's would build another context for each peer.
        LibCrypto.Demand(LibCrypto.EVP_PKEY_derive_set_peer_ex(exchange, other.Pointer, 0));
        nuint size = Size;
        bool derived;
        fixed (byte* output = secret)
        {
            derived = LibCrypto.EVP_PKEY_derive(exchange, output, &size) > 0;
        }

        if (derived && !IsZero(secret))
        {
            return true;
        }

        LibCrypto.ERR_clear_error();
        CryptographicOperations.ZeroMemory(secret);
        return false;
    }

    private bool Agree(nint exchange, ReadOnlySpan<byte> publicKey, Span<byte> secret)
    {
        fixed (byte* input = publicKey)
        {
            LibCrypto.Demand(LibCrypto.EVP_PKEY_set1_encoded_public_key(peer.Pointer, input, (nuint)publicKey.Length));
        }

        return Derive(exchange, peer, secret);
    }

    private NativeHandle NewPublicKey() => new(Import([], SelectPublicKey), LibCrypto.EVP_PKEY_free);

    private nint Import(ReadOnlySpan<byte> privateKey, int selection)
    {
        nint key = 0;
        var parameters = stackalloc OpenSslParameter[3];
        fixed (byte* publicName = "pub\0"u8, publicData = basePoint, privateName = "priv\0"u8, privateData = privateKey)
        {
            parameters[0] = OpenSslParameter.Octets(publicName, publicData, Size);
            parameters[1] = selection == SelectKeyPair ? OpenSslParameter.Octets(privateName, privateData, privateKey.Length) : default;
            parameters[2] = default;
            LibCrypto.Demand(LibCrypto.EVP_PKEY_fromdata(import.Pointer, &key, selection, parameters));
        }

        return key;
    }
}
