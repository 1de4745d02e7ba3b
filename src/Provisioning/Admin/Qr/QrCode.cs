namespace EncryptionService.Provisioning.Admin.Qr;

/// <summary>A QR code (ISO/IEC 18004) of bytes at level M, as dark and light modules. For the one thing that the panel shows so: the secret of an authenticator app.</summary>
internal sealed class QrCode
{
    private const int FormatGenerator = 0x537;
    private const int FormatMask = 0x5412;
    private const int VersionGenerator = 0x1f25;

    private readonly bool[][] dark;
    private readonly bool[][] taken;

    private QrCode(int version)
    {
        Version = version;
        Size = 17 + (4 * version);
        dark = Square(Size);
        taken = Square(Size);
    }

    /// <summary>Version: 1 to 20.</summary>
    public int Version { get; }

    /// <summary>Modules in a row, without the quiet zone.</summary>
    public int Size { get; }

    /// <summary>True for a dark module.</summary>
    public bool this[int x, int y] => dark[x][y];

    /// <summary>The code of these bytes.</summary>
    /// <exception cref="ArgumentException">They are too many.</exception>
    public static QrCode Of(ReadOnlySpan<byte> content)
    {
        var code = new QrCode(QrWords.VersionFor(content.Length));
        code.DrawFixed();
        code.DrawWords(QrWords.Of(content, code.Version));
        code.ChooseMask();
        return code;
    }

    private void DrawFixed()
    {
        for (var i = 0; i < Size; i++)
        {
            Set(6, i, i % 2 == 0);
            Set(i, 6, i % 2 == 0);
        }

        DrawFinder(3, 3);
        DrawFinder(Size - 4, 3);
        DrawFinder(3, Size - 4);
        var centres = Centres();
        foreach (var x in centres)
        {
            foreach (var y in centres)
            {
                var corner = (x == 6 && y == 6) || (x == 6 && y == Size - 7) || (x == Size - 7 && y == 6);
                for (var step = 0; step < 25 && !corner; step++)
                {
                    var (dx, dy) = ((step % 5) - 2, (step / 5) - 2);
                    Set(x + dx, y + dy, Math.Max(Math.Abs(dx), Math.Abs(dy)) != 1);
                }
            }
        }

        DrawFormat(0);
        DrawVersion();
    }

    private void DrawFinder(int x, int y)
    {
        for (var step = 0; step < 81; step++)
        {
            var (dx, dy) = ((step % 9) - 4, (step / 9) - 4);
            if (x + dx >= 0 && x + dx < Size && y + dy >= 0 && y + dy < Size)
            {
                Set(x + dx, y + dy, Math.Max(Math.Abs(dx), Math.Abs(dy)) is not (2 or 4));
            }
        }
    }

    private List<int> Centres()
    {
        if (Version == 1)
        {
            return [];
        }

        var count = (Version / 7) + 2;
        var gap = ((4 * Version) + (2 * count) + 1) / ((2 * count) - 2) * 2;
        return [6, .. Enumerable.Range(0, count - 1).Select(i => Size - 7 - (i * gap)).Reverse()];
    }

    private void DrawFormat(int mask)
    {
        // Level M is 00, so the data is the mask alone.
        var bits = ((mask << 10) | Remainder(mask, FormatGenerator, 10)) ^ FormatMask;
        for (var i = 0; i < 15; i++)
        {
            var bit = (bits >> i & 1) == 1;
            Set(8, i < 6 ? i : i < 8 ? i + 1 : Size - 15 + i, bit);
            Set(i < 8 ? Size - 1 - i : i == 8 ? 7 : 14 - i, 8, bit);
        }

        Set(8, Size - 8, true);
    }

    private void DrawVersion()
    {
        if (Version < 7)
        {
            return;
        }

        var bits = (Version << 12) | Remainder(Version, VersionGenerator, 12);
        for (var i = 0; i < 18; i++)
        {
            var (near, far) = (i / 3, Size - 11 + (i % 3));
            Set(near, far, (bits >> i & 1) == 1);
            Set(far, near, (bits >> i & 1) == 1);
        }
    }

    private static int Remainder(int data, int generator, int degree)
    {
        var rest = data;
        for (var i = 0; i < degree; i++)
        {
            rest = (rest << 1) ^ ((rest >> (degree - 1)) * generator);
        }

        return rest;
    }

    /// <summary>In pairs of columns from the right, up and down in turn, around everything that is fixed.</summary>
    private void DrawWords(byte[] words)
    {
        var bit = 0;
        for (var right = Size - 1; right >= 1; right -= 2)
        {
            right = right == 6 ? 5 : right;
            var up = ((right + 1) & 2) == 0;
            for (var i = 0; i < Size; i++)
            {
                for (var x = right; x >= right - 1; x--)
                {
                    var y = up ? Size - 1 - i : i;
                    if (!taken[x][y] && bit < words.Length * 8)
                    {
                        dark[x][y] = (words[bit / 8] >> (7 - (bit % 8)) & 1) == 1;
                        bit++;
                    }
                }
            }
        }
    }

    /// <summary>Readers take any mask; the one with the fewest long runs and blocks of one colour is the easiest for them.</summary>
    private void ChooseMask()
    {
        var best = Enumerable.Range(0, 8).MinBy(mask =>
        {
            Apply(mask);
            DrawFormat(mask);
            var penalty = Penalty();
            Apply(mask);
            return penalty;
        });
        Apply(best);
        DrawFormat(best);
    }

    private void Apply(int mask)
    {
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
            {
                dark[x][y] ^= !taken[x][y] && Turns(mask, x, y);
            }
        }
    }

    private static bool Turns(int mask, int x, int y) => mask switch
    {
        0 => (x + y) % 2 == 0,
        1 => y % 2 == 0,
        2 => x % 3 == 0,
        3 => (x + y) % 3 == 0,
        4 => ((x / 3) + (y / 2)) % 2 == 0,
        5 => (x * y % 2) + (x * y % 3) == 0,
        6 => ((x * y % 2) + (x * y % 3)) % 2 == 0,
        _ => (((x + y) % 2) + (x * y % 3)) % 2 == 0,
    };

    private int Penalty()
    {
        var penalty = 0;
        for (var a = 0; a < Size; a++)
        {
            var (row, column) = (1, 1);
            for (var b = 1; b < Size; b++)
            {
                row = dark[b][a] == dark[b - 1][a] ? row + 1 : 1;
                column = dark[a][b] == dark[a][b - 1] ? column + 1 : 1;
                penalty += (row == 5 ? 3 : row > 5 ? 1 : 0) + (column == 5 ? 3 : column > 5 ? 1 : 0);
                var block = a > 0 && dark[a][b] == dark[a - 1][b] && dark[a][b] == dark[a][b - 1] && dark[a][b] == dark[a - 1][b - 1];
                penalty += block ? 3 : 0;
            }
        }

        return penalty;
    }

    private static bool[][] Square(int size) => [.. Enumerable.Range(0, size).Select(_ => new bool[size])];

    private void Set(int x, int y, bool isDark)
    {
        dark[x][y] = isDark;
        taken[x][y] = true;
    }
}
