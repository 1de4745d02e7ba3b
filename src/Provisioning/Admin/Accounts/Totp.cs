using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>Codes of an authenticator app (RFC 6238): SHA-1, six digits, 30 seconds, as every app has them.</summary>
internal static class Totp
{
    /// <summary>Bytes of a secret.</summary>
    public const int SecretLength = 20;

    private const int StepSeconds = 30;
    private const int Digits = 6;
    private const int Modulus = 1_000_000;

    /// <summary>Number of the step that this time lies in.</summary>
    public static long StepOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of a step.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 6238 as authenticator apps have it; HMAC does not rest on collisions.")]
    public static string CodeOf(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, counter, mac);
        var number = BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 0xf)..]) & int.MaxValue;
        return (number % Modulus).ToString($"D{Digits}", CultureInfo.InvariantCulture);
    }

    /// <summary>Looks for the step whose code was typed: this one, the one before, or the one after, for clocks that differ.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="code">What was typed.</param>
    /// <param name="now">The time.</param>
    /// <param name="after">Step of the last code that was taken: neither it nor an earlier one is good again.</param>
    /// <returns>The step; null: the code is wrong, or was used.</returns>
    public static long? Match(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long after)
    {
        if (code.Length != Digits || !code.All(char.IsAsciiDigit))
        {
            return null;
        }

        long? found = null;
        for (var step = StepOf(now) - 1; step <= StepOf(now) + 1; step++)
        {
            var right = CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(CodeOf(secret, step)), System.Text.Encoding.ASCII.GetBytes(code));
            found = right && step > after ? step : found;
        }

        return found;
    }
}
