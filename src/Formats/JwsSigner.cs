using System.Security.Cryptography;

namespace EncryptionService.Formats;

/// <summary>Signs with a key that is at hand. Keys in a vault sign <see cref="SignedObject.SigningInput"/> themselves.</summary>
public static class JwsSigner
{
    /// <summary>The compact JWS, ES256.</summary>
    /// <exception cref="ArgumentException">The key is not on P-256.</exception>
    public static string Sign(ECDsa key, SignedObject claims)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(claims);
        var input = claims.SigningInput(SigningJwk.Of(key).Thumbprint);
        return Jws.Assemble(input, key.SignData(input, HashAlgorithmName.SHA256));
    }
}
