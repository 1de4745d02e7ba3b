namespace EncryptionService.Formats;

/// <summary>What is wrong with a key.</summary>
public enum KeyError
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>No JWK of the shape of envelope.md, section 2.</summary>
    Malformed,

    /// <summary>An <c>alg</c> outside the closed list.</summary>
    UnsupportedAlgorithm,

    /// <summary>Low order, out of range, or not on the curve.</summary>
    InvalidPoint,

    /// <summary>A private key, which must never come here.</summary>
    PrivateKey,
}

/// <summary>Why a key was refused.</summary>
/// <param name="Error">The kind.</param>
/// <param name="Message">One line for a person; never contains key material.</param>
public readonly record struct KeyProblem(KeyError Error, string Message)
{
    /// <summary>The message.</summary>
    public override string ToString() => Message;
}
