namespace EncryptionService.Provisioning.Admin.Qr;

/// <summary>The words of a QR code (ISO/IEC 18004, byte mode, level M): content, filling and check words, in the order in which they are drawn.</summary>
internal static class QrWords
{
    /// <summary>The largest version that is made: 666 bytes.</summary>
    public const int LargestVersion = 20;

    // Level M, versions 1, 2, …: check words of a block, and blocks.
    private static readonly int[] checkWords = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26];
    private static readonly int[] blocks = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16];

    /// <summary>The smallest version that has room.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static int VersionFor(int bytes)
    {
        for (var version = 1; version <= LargestVersion; version++)
        {
            if (bytes + LengthBytes(version) < DataWords(version))
            {
                return version;
            }
        }

        throw new ArgumentException("The text is too long for a code that a phone reads well.", nameof(bytes));
    }

    /// <summary>All words of the code of this content.</summary>
    public static byte[] Of(ReadOnlySpan<byte> content, int version)
    {
        var data = Data(content, version);
        var (count, check, total) = (blocks[version - 1], checkWords[version - 1], TotalWords(version));
        // The first blocks are one word shorter than the others.
        var shorter = count - (total % count);
        var length = (total / count) - check;
        var parts = new (byte[] Data, byte[] Check)[count];
        var at = 0;
        for (var block = 0; block < count; block++)
        {
            var part = data[at..(at + length + (block < shorter ? 0 : 1))];
            at += part.Length;
            parts[block] = (part, ReedSolomon.Of(part, check));
        }

        var words = new List<byte>(total);
        for (var i = 0; i <= length; i++)
        {
            words.AddRange(parts.Where(part => i < part.Data.Length).Select(part => part.Data[i]));
        }

        for (var i = 0; i < check; i++)
        {
            words.AddRange(parts.Select(part => part.Check[i]));
        }

        return [.. words];
    }

    /// <summary>Words that a version has room for: what its fixed patterns leave.</summary>
    private static int TotalWords(int version)
    {
        var modules = (((16 * version) + 128) * version) + 64;
        if (version >= 2)
        {
            var aligned = (version / 7) + 2;
            modules -= (((25 * aligned) - 10) * aligned) - 55;
        }

        return (version >= 7 ? modules - 36 : modules) / 8;
    }

    private static int DataWords(int version) => TotalWords(version) - (checkWords[version - 1] * blocks[version - 1]);

    private static int LengthBytes(int version) => version < 10 ? 1 : 2;

    /// <summary>Mode (4 bits), length, content, an end of 4 bits, and filling: everything is shifted by half a word.</summary>
    private static byte[] Data(ReadOnlySpan<byte> content, int version)
    {
        byte[] whole = LengthBytes(version) == 1 ? [4, (byte)content.Length, .. content, 0] : [4, (byte)(content.Length >> 8), (byte)(content.Length & 255), .. content, 0];
        var words = new byte[DataWords(version)];
        for (var i = 0; i + 1 < whole.Length; i++)
        {
            words[i] = (byte)(((whole[i] << 4) & 0xf0) | (whole[i + 1] >> 4));
        }

        for (var (i, odd) = (whole.Length - 1, false); i < words.Length; i++, odd = !odd)
        {
            words[i] = (byte)(odd ? 0x11 : 0xec);
        }

        return words;
    }
}
