using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;

namespace EncryptionService.Service.Groups;

/// <summary>Finds the stored answer to an event that the group has taken already.</summary>
internal sealed class DuplicateFinder(GroupStore store)
{
    /// <summary>The stored events with their units, by sequence. Whether it is the same event that has the number, <see cref="IsSame"/> tells.</summary>
    /// <remarks>However many are asked for, the stream is read once, and only for what is no longer at hand.</remarks>
    public async ValueTask<IReadOnlyDictionary<ulong, (EventRecord Event, Unit Unit)>> FindAsync(
        GroupState state, IEnumerable<GroupEvent> entries, CancellationToken cancellationToken)
    {
        var found = new Dictionary<ulong, (EventRecord Event, Unit Unit)>();
        var wanted = entries.ToList();
        foreach (var entry in wanted)
        {
            if (state.FindRecent(entry.Sequence) is { } recent)
            {
                found[entry.Sequence] = recent;
            }
        }

        var older = wanted.Select(entry => entry.Sequence).Where(sequence => !found.ContainsKey(sequence)).ToHashSet();
        if (older.Count > 0)
        {
            await ReadAsync(state, older, found, cancellationToken);
        }

        return found;
    }

    /// <summary>True if the stored event is this one.</summary>
    public static bool IsSame(GroupEvent entry, EventRecord stored)
        => stored.EventId == entry.EventId && stored.Digest.Span.SequenceEqual(entry.Digest.ToArray());

    private async ValueTask ReadAsync(
        GroupState state, HashSet<ulong> wanted, Dictionary<ulong, (EventRecord Event, Unit Unit)> found, CancellationToken cancellationToken)
    {
        var epoch = 0UL;
        var history = await store.OpenHistoryAsync(state.Id, cancellationToken);
        foreach (var frame in await history.ReadNewAsync(cancellationToken))
        {
            if (frame.Kind != FrameKind.Record)
            {
                continue;
            }

            var record = GroupRecord.Parser.ParseFrom(frame.Payload.Span);
            epoch = record.Minted?.Epoch ?? epoch;
            foreach (var stored in record.Events.Where(candidate => wanted.Contains(candidate.Sequence)))
            {
                found[stored.Sequence] = (stored, new Unit { Epoch = epoch, Revision = record.Revision });
            }
        }
    }
}
