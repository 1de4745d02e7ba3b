using EncryptionService.Formats;

namespace EncryptionService.Envelopes;

/// <summary>Reads older keys of a group by following the links downwards (envelope.md, sections 5 and 11).</summary>
public static class History
{
    /// <summary>The key of an older epoch.</summary>
    /// <param name="current">The key of the head's epoch, as opened.</param>
    /// <param name="statements">The verified statements, head last (<see cref="OpenResult.Statements"/>).</param>
    /// <param name="epoch">The epoch wanted; 0 for an adopted key.</param>
    /// <returns>The key, to be disposed by the caller; null if no link leads there, or a key on the way is not the one that was committed to.</returns>
    public static VaultKey? TryRead(VaultKey current, IReadOnlyList<Statement> statements, ulong epoch)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(statements);
        if (statements.Count == 0 || epoch >= statements[^1].Epoch)
        {
            return null;
        }

        var at = statements[^1];
        VaultKey? held = null;
        while (at.Link is { } link && link.OlderEpoch >= epoch)
        {
            var older = TryStep(held ?? current, at, link, statements);
            held?.Dispose();
            held = older;
            if (held is null || link.OlderEpoch == epoch)
            {
                return held;
            }

            at = statements.Last(statement => statement.Epoch == link.OlderEpoch);
        }

        held?.Dispose();
        return null;
    }

    private static VaultKey? TryStep(VaultKey key, Statement at, KeyLink link, IReadOnlyList<Statement> statements)
    {
        var expected = link.OlderEpoch == 0
            ? at.Adopted
            : statements.LastOrDefault(statement => statement.Epoch == link.OlderEpoch)?.Commitment;
        if (expected is not { } commitment)
        {
            return null;
        }

        var older = KeyLinks.TryOpen(key, at.Organization, at.Group, at.Epoch, link);
        if (older is null || Commitment.Verify(older, at.Organization, at.Group, link.OlderEpoch, commitment))
        {
            return older;
        }

        older.Dispose();
        return null;
    }
}
