using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>A <see cref="KeyBox"/> as JSON.</summary>
internal static class KeyBoxText
{
    public static KeyBoxJson ToJson(this KeyBox box) => new(
        KeyBox.Derivation, box.Iterations, Base64UrlText.Encode(box.Salt.Span), KeyBox.Cipher, Base64UrlText.Encode(box.Nonce.Span), Base64UrlText.Encode(box.Ciphertext.Span));

    /// <exception cref="InvalidDataException">It is no box that this program reads.</exception>
    public static KeyBox ToBox(this KeyBoxJson? json)
    {
        if (json is not { Kdf: KeyBox.Derivation, Enc: KeyBox.Cipher })
        {
            throw new InvalidDataException($"its keys are not protected with {KeyBox.Derivation} and {KeyBox.Cipher}");
        }

        if (json.Iterations is < KeyBox.MinIterations or > KeyBox.MaxIterations)
        {
            throw new InvalidDataException($"its keys ask for fewer than {KeyBox.MinIterations} or more than {KeyBox.MaxIterations} iterations");
        }

        return Base64UrlText.TryDecode(json.Salt, out var salt) && salt.Length == KeyBox.SaltSize
            && Base64UrlText.TryDecode(json.Nonce, out var nonce) && nonce.Length == KeyBox.NonceSize
            && Base64UrlText.TryDecode(json.Ciphertext, out var ciphertext) && ciphertext.Length is > KeyBox.TagSize and <= KeyBox.MaxCiphertext
            ? new KeyBox(json.Iterations, salt, nonce, ciphertext)
            : throw new InvalidDataException("salt, nonce or ciphertext of its keys has another length, or is no base64url");
    }
}
