using System.Collections.Immutable;
using EncryptionService.Formats;
using EncryptionService.Service.Ledger.Records;

namespace EncryptionService.Service.Groups;

/// <summary>A group as its stream says: the fold over all its records (docs/spec/membership.md). Immutable.</summary>
internal sealed record GroupState
{
    /// <summary>Units kept at hand for duplicates; older ones are read from the ledger.</summary>
    public const int RecentUnits = 32;

    /// <summary>Member receipts that these units may hold together; the newest unit is kept whatever it holds.</summary>
    public const int RecentReceipts = 4_000;

    /// <summary>Statements before the newest that are kept at hand for a core that lacks them.</summary>
    public const int EarlierStatements = 8;

    /// <summary>The group.</summary>
    public required GroupId Id { get; init; }

    /// <summary>The sequence that the next event must have; 1 while the group does not exist.</summary>
    public ulong NextSequence { get; init; } = 1;

    /// <summary>Revision of the newest statement; 0 before the first.</summary>
    public ulong Revision { get; init; }

    /// <summary>The newest statement, compact; empty before the first.</summary>
    public string Statement { get; init; } = "";

    /// <summary>Statements before the newest, oldest first, without a gap up to it; as far back as this process read them, at most <see cref="EarlierStatements"/>.</summary>
    public ImmutableList<string> Earlier { get; init; } = [];

    /// <summary>Hash of the newest statement; default before the first.</summary>
    public Digest32 StatementHash { get; init; }

    /// <summary>The current vault key, sealed, with its commitment and link; null before the first epoch.</summary>
    public Minted? Key { get; init; }

    /// <summary>Current epoch; 0 before the first.</summary>
    public ulong Epoch => Key?.Epoch ?? 0;

    /// <summary>Who may open the current epoch.</summary>
    public RosterTree<RosterMember> Roster { get; init; } = RosterTree.Empty<RosterMember>();

    /// <summary>Reseals so far; the next one has generation <c>Generation + 1</c>.</summary>
    public ulong Generation { get; init; }

    /// <summary>The group has ended.</summary>
    public bool Ended { get; init; }

    /// <summary>The core's statement that is ahead of the ledger; empty while the group is not frozen.</summary>
    public string FrozenBy { get; init; } = "";

    /// <summary>True while the group waits for an operator.</summary>
    public bool Frozen => FrozenBy.Length > 0;

    /// <summary>True from the first applied event on.</summary>
    public bool Exists => Revision > 0;

    /// <summary>Frames of the members stream that the newest record relied on.</summary>
    public ulong MembersLength { get; init; }

    /// <summary>The newest units, oldest first.</summary>
    public ImmutableList<Unit> Recent { get; init; } = [];

    /// <summary>A group that nothing is known of.</summary>
    public static GroupState New(GroupId id) => new() { Id = id };

    /// <summary>Finds a stored event among the recent units.</summary>
    public (EventRecord Event, Unit Unit)? FindRecent(ulong sequence)
    {
        for (var i = Recent.Count - 1; i >= 0; i--)
        {
            var unit = Recent[i];
            if (unit.Events.Count > 0 && unit.Events[0].Sequence <= sequence)
            {
                var found = unit.Events.FirstOrDefault(entry => entry.Sequence == sequence);
                return found is null ? null : (found, unit);
            }
        }

        return null;
    }
}
