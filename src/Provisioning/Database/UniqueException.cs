namespace EncryptionService.Provisioning.Database;

/// <summary>Somebody else has that name, or that key: a unique index refused a row.</summary>
internal sealed class UniqueException : Exception
{
    /// <summary>A refusal without more.</summary>
    public UniqueException()
    {
    }

    /// <summary>A refusal, with words.</summary>
    public UniqueException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal, with what the database said.</summary>
    public UniqueException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
