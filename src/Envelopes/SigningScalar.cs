using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace EncryptionService.Envelopes;

/// <summary>A private P-256 signing key as its scalar: 32 bytes, big-endian.</summary>
public static class SigningScalar
{
    /// <summary>Bytes of a scalar.</summary>
    public const int Size = 32;

    /// <summary>Takes over a scalar.</summary>
    /// <param name="scalar">The scalar; the caller zeroes it.</param>
    /// <param name="key">The key with this scalar, to be disposed by the caller, or null.</param>
    /// <returns>False for a wrong length, zero, or a scalar that is not below the order.</returns>
    public static bool TryImport(ReadOnlySpan<byte> scalar, [NotNullWhen(true)] out ECDsa? key)
    {
        key = null;
        if (scalar.Length != Size)
        {
            return false;
        }

        var own = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
        scalar.CopyTo(own);
        try
        {
            key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = own });
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(own);
        }
    }

    /// <summary>Writes the scalar of a key; the caller zeroes it.</summary>
    /// <param name="key">A key on P-256 with its private half.</param>
    /// <param name="destination">Exactly <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public static void Export(ECDsa key, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, Size, nameof(destination));
        var parameters = key.ExportParameters(includePrivateParameters: true);
        try
        {
            parameters.D.CopyTo(destination);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
        }
    }
}
