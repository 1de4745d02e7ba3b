using System.Security.Cryptography;
using System.Text;
using EncryptionService.Formats;

namespace EncryptionService.Provisioning.Organizations;

/// <summary>Bearer secrets that the core hands out: 32 random bytes, shown once, kept as a hash. With 256 bits of entropy a plain hash is enough.</summary>
internal static class OneTimeSecret
{
    /// <summary>A new secret in b64u, and the hash to keep.</summary>
    public static (string Secret, string Hash) Create()
    {
        var secret = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));
        return (secret, HashOf(secret));
    }

    /// <summary>b64u of SHA-256 of the secret's UTF-8. Looking a hash up tells nothing about the secret, however long it takes.</summary>
    public static string HashOf(string secret) => Digest32.Of(Encoding.UTF8.GetBytes(secret)).ToString();
}
