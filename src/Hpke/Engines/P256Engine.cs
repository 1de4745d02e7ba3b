using System.Security.Cryptography;
using EncryptionService.Hpke.Native;

namespace EncryptionService.Hpke.Engines;

/// <summary>P-256 by libcrypto's point arithmetic, one recipient after the other.</summary>
/// <remarks>
/// The EVP interface builds a new group for every imported key, which costs more than the multiplication; points and numbers
/// are reused here instead. Scalars carry the constant-time flag.
/// </remarks>
internal sealed unsafe class P256Engine : KemEngine
{
    private const int ConstantTime = 4; // BN_FLG_CONSTTIME

    private readonly NativeHandle scratch = new(LibCrypto.BN_CTX_secure_new(), LibCrypto.BN_CTX_free);
    private readonly NativeHandle scalar = new(LibCrypto.BN_secure_new(), LibCrypto.BN_clear_free);
    private readonly NativeHandle point = NewPoint();
    private readonly NativeHandle result = NewPoint();

    internal P256Engine()
        : base(P256.PointSize) => LibCrypto.BN_set_flags(scalar.Pointer, ConstantTime);

    internal override void Draw(Span<byte> privateKeys)
    {
        RandomNumberGenerator.Fill(privateKeys);
        for (var i = 0; i < privateKeys.Length; i += ScalarSize)
        {
            // One in 2^32 is out of range.
            while (!P256.IsScalar(privateKeys.Slice(i, ScalarSize)))
            {
                RandomNumberGenerator.Fill(privateKeys.Slice(i, ScalarSize));
            }
        }
    }

    internal override bool TryAgree(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> secret)
    {
        try
        {
            return TryLoad(privateKey) && TryMultiply(publicKey, secret);
        }
        finally
        {
            LibCrypto.BN_clear(scalar.Pointer);
        }
    }

    internal override bool TryGetPublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        try
        {
            return TryLoad(privateKey) && TryMultiplyGenerator(publicKey);
        }
        finally
        {
            LibCrypto.BN_clear(scalar.Pointer);
        }
    }

    private protected override void Multiply(
        ReadOnlySpan<byte> ephemeralKeys, ReadOnlySpan<byte> publicKeys, Span<byte> encapsulations, Span<byte> secrets, Span<bool> failed)
    {
        for (var i = 0; i < failed.Length; i++)
        {
            var encapsulation = encapsulations.Slice(i * P256.PointSize, P256.PointSize);
            var secret = secrets.Slice(i * SecretSize, SecretSize);
            try
            {
                failed[i] = !TryLoad(ephemeralKeys.Slice(i * ScalarSize, ScalarSize))
                    || !TryMultiply(publicKeys.Slice(i * P256.PointSize, P256.PointSize), secret)
                    || !TryMultiplyGenerator(encapsulation);
            }
            finally
            {
                LibCrypto.BN_clear(scalar.Pointer);
            }

            if (failed[i])
            {
                CryptographicOperations.ZeroMemory(encapsulation);
                CryptographicOperations.ZeroMemory(secret);
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        scratch.Dispose();
        scalar.Dispose();
        point.Dispose();
        result.Dispose();
        base.Dispose(disposing);
    }

    private static NativeHandle NewPoint() => new(LibCrypto.EC_POINT_new(P256.Group), LibCrypto.EC_POINT_clear_free);

    private bool TryLoad(ReadOnlySpan<byte> privateKey)
    {
        if (privateKey.Length != ScalarSize || !P256.IsScalar(privateKey))
        {
            return false;
        }

        fixed (byte* input = privateKey)
        {
            LibCrypto.Demand(LibCrypto.BN_bin2bn(input, ScalarSize, scalar.Pointer));
        }

        return true;
    }

    private bool TryMultiplyGenerator(Span<byte> output)
    {
        LibCrypto.Demand(LibCrypto.EC_POINT_mul(P256.Group, result.Pointer, scalar.Pointer, 0, 0, scratch.Pointer));
        return TryEncode(output);
    }

    private bool TryMultiply(ReadOnlySpan<byte> publicKey, Span<byte> secret)
    {
        if (!P256.TryDecode(publicKey, point.Pointer, scratch.Pointer))
        {
            return false;
        }

        LibCrypto.Demand(LibCrypto.EC_POINT_mul(P256.Group, result.Pointer, 0, point.Pointer, scalar.Pointer, scratch.Pointer));
        Span<byte> encoded = stackalloc byte[P256.PointSize];
        try
        {
            if (!TryEncode(encoded))
            {
                return false;
            }

            // Not to be refused when zero: x = 0 is a point of the group; what RFC 9180 section 7.1.4 forbids is infinity.
            encoded.Slice(1, SecretSize).CopyTo(secret);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encoded);
        }
    }

    private bool TryEncode(Span<byte> output)
    {
        // The point at infinity encodes to one byte.
        fixed (byte* pointer = output)
        {
            return LibCrypto.EC_POINT_point2oct(
                P256.Group, result.Pointer, P256.Uncompressed, pointer, P256.PointSize, scratch.Pointer) == P256.PointSize;
        }
    }
}
