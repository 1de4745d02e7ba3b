using EncryptionService.Hpke.Native;

namespace EncryptionService.Hpke.Engines;

/// <summary>The P-256 group, and the two range questions about it.</summary>
internal static unsafe class P256
{
    internal const int PointSize = 65;
    internal const byte Uncompressed = 4;
    private const int CurveName = 415; // NID_X9_62_prime256v1

    // Shared and read-only; libcrypto does not write to a group once it is made.
    internal static readonly nint Group = LibCrypto.Demand(LibCrypto.EC_GROUP_new_by_curve_name(CurveName));

    private static readonly byte[] order = Convert.FromHexString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

    /// <summary>True for an uncompressed point on the curve with coordinates below p.</summary>
    internal static bool IsOnCurve(ReadOnlySpan<byte> publicKey)
    {
        var point = LibCrypto.Demand(LibCrypto.EC_POINT_new(Group));
        try
        {
            return TryDecode(publicKey, point, 0);
        }
        finally
        {
            LibCrypto.EC_POINT_clear_free(point);
        }
    }

    internal static bool TryDecode(ReadOnlySpan<byte> publicKey, nint point, nint scratch)
    {
        // The prefix byte keeps compressed and hybrid forms out, which libcrypto would read.
        if (publicKey.Length != PointSize || publicKey[0] != Uncompressed)
        {
            return false;
        }

        fixed (byte* input = publicKey)
        {
            if (LibCrypto.EC_POINT_oct2point(Group, point, input, PointSize, scratch) == 1)
            {
                return true;
            }
        }

        LibCrypto.ERR_clear_error();
        return false;
    }

    /// <summary>True for 1 ≤ scalar &lt; order (RFC 9180 section 7.1.2), without branching on the scalar's bytes.</summary>
    internal static bool IsScalar(ReadOnlySpan<byte> scalar)
    {
        var borrow = 0;
        var bits = 0;
        for (var i = scalar.Length - 1; i >= 0; i--)
        {
            borrow = ((scalar[i] - order[i] - borrow) >> 8) & 1;
            bits |= scalar[i];
        }

        return borrow == 1 && bits != 0;
    }
}
