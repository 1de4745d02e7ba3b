namespace EncryptionService.Formats;

/// <summary>What the roster tree must know of its entries; they may carry more.</summary>
public interface IRosterEntry
{
    /// <summary>The member.</summary>
    MemberId Member { get; }

    /// <summary>The ids of the member's keys: they make the leaf.</summary>
    KeyIds Keys { get; }
}
