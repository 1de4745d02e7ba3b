namespace EncryptionService.Provisioning.Admin.Qr;

/// <summary>Check words of a QR code: Reed-Solomon over GF(2^8) with the polynomial x^8 + x^4 + x^3 + x^2 + 1.</summary>
internal static class ReedSolomon
{
    private const int Polynomial = 0x11d;

    private static readonly byte[] powers = MakePowers();
    private static readonly int[] logarithms = MakeLogarithms();

    /// <summary>The remainder of a block.</summary>
    /// <param name="data">Words of the block.</param>
    /// <param name="count">Check words wanted.</param>
    public static byte[] Of(ReadOnlySpan<byte> data, int count)
    {
        var generator = Generator(count);
        var remainder = new byte[count];
        foreach (var word in data)
        {
            var factor = (byte)(word ^ remainder[0]);
            Array.Copy(remainder, 1, remainder, 0, count - 1);
            remainder[^1] = 0;
            for (var i = 0; i < count; i++)
            {
                remainder[i] ^= Multiply(generator[i], factor);
            }
        }

        return remainder;
    }

    /// <summary>The product of (x - 2^i) for i below <paramref name="count"/>, without its first coefficient, which is 1.</summary>
    private static byte[] Generator(int count)
    {
        var product = new byte[count];
        product[^1] = 1;
        for (var power = 0; power < count; power++)
        {
            for (var i = 0; i < count; i++)
            {
                product[i] = (byte)(Multiply(product[i], powers[power]) ^ (i + 1 < count ? product[i + 1] : 0));
            }
        }

        return product;
    }

    private static byte Multiply(byte left, byte right) => left == 0 || right == 0 ? (byte)0 : powers[(logarithms[left] + logarithms[right]) % 255];

    private static byte[] MakePowers()
    {
        var made = new byte[255];
        var value = 1;
        for (var i = 0; i < made.Length; i++)
        {
            made[i] = (byte)value;
            value <<= 1;
            value = value > 255 ? value ^ Polynomial : value;
        }

        return made;
    }

    private static int[] MakeLogarithms()
    {
        var made = new int[256];
        for (var i = 0; i < powers.Length; i++)
        {
            made[powers[i]] = i;
        }

        return made;
    }
}
