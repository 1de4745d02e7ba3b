using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>What asking for a group came to.</summary>
public sealed class GroupOpening : IDisposable
{
    internal GroupOpening(string displayName, OpenResult? result, IReadOnlyList<Statement> statements)
    {
        DisplayName = displayName;
        Result = result;
        Statements = statements;
    }

    /// <summary>The group's name; the core's word.</summary>
    public string DisplayName { get; }

    /// <summary>One of the four outcomes; null: the core has nothing to open yet, which is none of them.</summary>
    public OpenResult? Result { get; }

    /// <summary>All verified statements that are at hand, head last; empty unless opened.</summary>
    public IReadOnlyList<Statement> Statements { get; }

    /// <summary>The key of an older epoch; 0 for an adopted key.</summary>
    /// <param name="epoch">The epoch, lower than the head's.</param>
    /// <returns>The key, to be disposed by the caller; null if the group was not opened, or no link leads to that epoch.</returns>
    public VaultKey? TryReadOlder(ulong epoch) => Result?.Key is { } key ? History.TryRead(key, Statements, epoch) : null;

    /// <summary>Disposes the key.</summary>
    public void Dispose() => Result?.Dispose();
}
