using EncryptionService.Contracts.Membership;

namespace EncryptionService.Service.Groups;

/// <summary>What becomes of one event before anything is decided about its content.</summary>
/// <param name="Event">The event.</param>
/// <param name="Outcome"><see cref="Outcome.Unspecified"/>: accepted into the unit. Else the final outcome.</param>
/// <param name="Reason">Why, for <see cref="Outcome.Rejected"/> and <see cref="Outcome.Frozen"/>.</param>
/// <param name="AcceptedTwin">For a repeat inside one request: index among the accepted events; else -1.</param>
internal readonly record struct SortedEvent(GroupEvent Event, Outcome Outcome, Reason Reason = Reason.Unspecified, int AcceptedTwin = -1);

/// <summary>Order and idempotency (docs/spec/membership.md, section 3). Pure.</summary>
internal static class EventSorter
{
    /// <summary>Sorts a group's events of one request, in their order.</summary>
    /// <remarks>
    /// Events below the state's next sequence come back as <see cref="Outcome.Duplicate"/>; the caller compares them with what is stored,
    /// and answers CONFLICT where they differ.
    /// </remarks>
    public static IReadOnlyList<SortedEvent> Sort(GroupState state, IReadOnlyList<GroupEvent> events)
    {
        var sorted = new List<SortedEvent>(events.Count);
        var accepted = new List<GroupEvent>();
        var exists = state.Exists;
        var ended = state.Ended;
        foreach (var entry in events)
        {
            var next = state.NextSequence + (ulong)accepted.Count;
            if (state.Frozen)
            {
                sorted.Add(new(entry, Outcome.Frozen, Reason.LedgerBehind));
            }
            else if (entry.Sequence < state.NextSequence)
            {
                sorted.Add(new(entry, Outcome.Duplicate));
            }
            else if (entry.Sequence < next)
            {
                var twin = (int)(entry.Sequence - state.NextSequence);
                var same = accepted[twin].EventId == entry.EventId && accepted[twin].Digest == entry.Digest;
                sorted.Add(same ? new(entry, Outcome.Duplicate, AcceptedTwin: twin) : new(entry, Outcome.Conflict));
            }
            else if (entry.Sequence > next)
            {
                sorted.Add(new(entry, Outcome.OutOfOrder));
            }
            else if (ended)
            {
                sorted.Add(new(entry, Outcome.Rejected, Reason.GroupDeleted));
            }
            else if (!exists && entry.Change is not GroupChange.Created)
            {
                sorted.Add(new(entry, Outcome.Rejected, Reason.GroupUnknown));
            }
            else
            {
                exists = true;
                ended = entry.Change is GroupChange.Deleted;
                accepted.Add(entry);
                sorted.Add(new(entry, Outcome.Unspecified));
            }
        }

        return sorted;
    }
}
