using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>What a member's file keeps of a group: what must never go back, and what it takes to read older keys.</summary>
/// <param name="Memory">What is remembered of the head.</param>
/// <param name="Statements">Verified statements, compact: the last one of each epoch, in order, the head last.</param>
public sealed record KnownGroup(GroupMemory Memory, IReadOnlyList<string> Statements)
{
    /// <summary>What is known once further statements are verified.</summary>
    /// <param name="memory">What is remembered now.</param>
    /// <param name="before">What was known; null for nothing.</param>
    /// <param name="verified">Verified statements that begin at, or continue, the head that was known.</param>
    internal static KnownGroup After(GroupMemory memory, KnownGroup? before, IReadOnlyList<Statement> verified)
        => new(memory, [.. Join(before, verified).GroupBy(statement => statement.Epoch).Select(epoch => epoch.Last().Jws.Compact)]);

    /// <summary>The known statements and those that follow, each revision once.</summary>
    internal static IEnumerable<Statement> Join(KnownGroup? before, IReadOnlyList<Statement> verified)
    {
        var first = verified[0].Revision;
        return (before?.Read() ?? []).Where(statement => statement.Revision < first).Concat(verified);
    }

    /// <exception cref="InvalidDataException">A statement does not parse.</exception>
    internal IEnumerable<Statement> Read() => Statements.Select(text =>
        Statement.TryParse(text, out var statement, out var error) ? statement : throw new InvalidDataException($"a remembered statement {error}"));
}
