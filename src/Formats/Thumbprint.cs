namespace EncryptionService.Formats;

/// <summary>RFC 7638 SHA-256 thumbprint of a public key: 32 bytes, held inline. Text form: base64url, 43 characters.</summary>
public readonly record struct Thumbprint
{
    private readonly Digest32 digest;

    private Thumbprint(Digest32 digest) => this.digest = digest;

    /// <summary>Takes 32 bytes.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32 bytes.</exception>
    public static Thumbprint FromBytes(ReadOnlySpan<byte> bytes) => new(Digest32.FromBytes(bytes));

    /// <summary>Hashes the canonical JSON of a public key.</summary>
    internal static Thumbprint Of(ReadOnlySpan<byte> canonicalJson) => new(Digest32.Of(canonicalJson));

    /// <summary>Parses the text form, strictly.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Thumbprint thumbprint)
    {
        var valid = Digest32.TryParse(text, out var digest);
        thumbprint = new Thumbprint(digest);
        return valid;
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination) => digest.CopyTo(destination);

    /// <summary>The 32 bytes in a new array.</summary>
    public byte[] ToArray() => digest.ToArray();

    /// <summary>The text form.</summary>
    public override string ToString() => digest.ToString();
}
