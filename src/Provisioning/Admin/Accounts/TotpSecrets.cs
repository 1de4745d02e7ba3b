using System.Buffers.Binary;
using System.Security.Cryptography;
using EncryptionService.Formats;
using Microsoft.AspNetCore.DataProtection;

namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>Secrets of authenticator apps: protected in the database, and, until somebody has typed a first code, in the form that offers them.</summary>
internal sealed class TotpSecrets(IDataProtectionProvider protection, TimeProvider time)
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private const int LongestLabel = 40;

    private static readonly TimeSpan offerValidity = TimeSpan.FromHours(1);

    private readonly IDataProtector protector = protection.CreateProtector("EncryptionService.Provisioning.Totp");
    private readonly IDataProtector offers = protection.CreateProtector("EncryptionService.Provisioning.TotpOffer");

    /// <summary>A new secret for a form.</summary>
    /// <param name="subject">Whom it is for: nobody else's form takes it.</param>
    public string Offer(string subject)
    {
        var content = new byte[8 + Totp.SecretLength];
        BinaryPrimitives.WriteInt64BigEndian(content, (time.GetUtcNow() + offerValidity).ToUnixTimeMilliseconds());
        RandomNumberGenerator.Fill(content.AsSpan(8));
        var text = Base64UrlText.Encode(offers.CreateProtector(subject).Protect(content));
        CryptographicOperations.ZeroMemory(content);
        return text;
    }

    /// <summary>Reads what a form brought back.</summary>
    /// <returns>The secret; null: nobody offered that to this subject, or it is too old.</returns>
    public byte[]? Read(string? offer, string subject)
    {
        if (offer is null || offer.Length > 1_024 || !Base64UrlText.TryDecode(offer, out var bytes))
        {
            return null;
        }

        try
        {
            var content = offers.CreateProtector(subject).Unprotect(bytes);
            return BinaryPrimitives.ReadInt64BigEndian(content) > time.GetUtcNow().ToUnixTimeMilliseconds() ? content[8..] : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>As it is kept.</summary>
    public byte[] Protect(byte[] secret) => protector.Protect(secret);

    /// <summary>What was kept.</summary>
    public byte[] Unprotect(byte[] kept) => protector.Unprotect(kept);

    /// <summary>For typing: base32 without padding, in groups of four.</summary>
    public static string TextOf(ReadOnlySpan<byte> secret)
    {
        var text = new System.Text.StringBuilder();
        int bits = 0, held = 0;
        foreach (var part in secret)
        {
            held = (held << 8) | part;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                text.Append(text.Length % 5 == 4 ? " " : "").Append(Base32[(held >> bits) & 31]);
                held &= (1 << bits) - 1;
            }
        }

        return bits > 0 ? text.Append(Base32[(held << (5 - bits)) & 31]).ToString() : text.ToString();
    }

    /// <summary>The address that an app reads from a QR code.</summary>
    public static string AddressOf(ReadOnlySpan<byte> secret, string account) =>
        $"otpauth://totp/Encryption%20Service:{Uri.EscapeDataString(account[..Math.Min(account.Length, LongestLabel)].TrimEnd())}?secret={TextOf(secret).Replace(" ", "", StringComparison.Ordinal)}&issuer=Encryption%20Service";
}
