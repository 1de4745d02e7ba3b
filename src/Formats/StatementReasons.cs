namespace EncryptionService.Formats;

/// <summary>The words of <c>why</c> (envelope.md, section 6). They sort in the order given here.</summary>
public static class StatementReasons
{
    /// <summary>Somebody entered.</summary>
    public const string Added = "added";

    /// <summary>A key that people made became epoch 0.</summary>
    public const string Adopted = "adopted";

    /// <summary>The group began.</summary>
    public const string Created = "created";

    /// <summary>The group ended.</summary>
    public const string Deleted = "deleted";

    /// <summary>An operator's recovery.</summary>
    public const string Recovered = "recovered";

    /// <summary>A member's keys changed.</summary>
    public const string Rekeyed = "rekeyed";

    /// <summary>Somebody left.</summary>
    public const string Removed = "removed";

    /// <summary>A rotation was asked for.</summary>
    public const string Rotated = "rotated";

    /// <summary>All words, sorted.</summary>
    internal static readonly string[] All = [Added, Adopted, Created, Deleted, Recovered, Rekeyed, Removed, Rotated];
}
