using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using EncryptionService.Formats;

namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>A password's hash as it is kept: <c>$scrypt$ln=16,r=8,p=2$salt$hash</c>, both in b64u. The parameters stand in it, so that they can be raised.</summary>
internal sealed partial record PasswordHash(int LogCost, int BlockSize, int Parallelization, byte[] Salt, byte[] Hash)
{
    /// <summary>N = 2^16: 64 MiB for each hash that is being made.</summary>
    public const int PresentLogCost = 16;

    /// <summary>r.</summary>
    public const int PresentBlockSize = 8;

    /// <summary>p.</summary>
    public const int PresentParallelization = 2;

    private const int SaltLength = 16;
    private const int HashLength = 32;

    /// <summary>False once the parameters were raised: the next sign-in makes the hash anew.</summary>
    public bool IsPresent => (LogCost, BlockSize, Parallelization) == (PresentLogCost, PresentBlockSize, PresentParallelization);

    /// <summary>The hash of a password, with a new salt and the present parameters.</summary>
    public static PasswordHash Of(string password) => Of(password, PresentLogCost, PresentBlockSize, PresentParallelization, RandomNumberGenerator.GetBytes(SaltLength));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else, or wants more than this program would give.</exception>
    public static PasswordHash Parse(string text)
    {
        var found = Written().Match(text);
        if (!found.Success || !Base64UrlText.TryDecode(found.Groups[4].Value, out var salt) || !Base64UrlText.TryDecode(found.Groups[5].Value, out var hash))
        {
            throw new FormatException("A stored password hash cannot be read.");
        }

        return new PasswordHash(Number(1), Number(2), Number(3), salt, hash);

        int Number(int group) => int.Parse(found.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>True if it is the hash of this password.</summary>
    public bool Fits(string password) => CryptographicOperations.FixedTimeEquals(Of(password, LogCost, BlockSize, Parallelization, Salt).Hash, Hash);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"$scrypt$ln={LogCost},r={BlockSize},p={Parallelization}${Base64UrlText.Encode(Salt)}${Base64UrlText.Encode(Hash)}");

    private static PasswordHash Of(string password, int logCost, int blockSize, int parallelization, byte[] salt)
    {
        var bytes = Encoding.UTF8.GetBytes(password);
        try
        {
            return new PasswordHash(
                logCost, blockSize, parallelization, salt, Scrypt.Derive(bytes, salt, 1UL << logCost, (ulong)blockSize, (ulong)parallelization, HashLength));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    [GeneratedRegex(@"\A\$scrypt\$ln=(1[0-9]|20),r=([1-9]|1[0-6]),p=([1-9]|1[0-6])\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})\z")]
    private static partial Regex Written();
}
