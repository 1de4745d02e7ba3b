using EncryptionService.Provisioning.Database;

namespace EncryptionService.Provisioning.Directory;

/// <summary>What has to be told about one group: the difference between what was asked for and what is wanted now.</summary>
/// <param name="open">Open stays of the members in question.</param>
/// <param name="wanted">Those of them that are in the effective roster, with their present keys.</param>
/// <param name="changes">Key changes of the members in question, by counter.</param>
internal sealed class RosterPlan(IEnumerable<RosterRow> open, IEnumerable<MemberKeysRow> wanted, ILookup<string, KeyChangeRow> changes)
{
    private readonly Dictionary<string, RosterRow> asked = open.ToDictionary(row => row.MemberId);
    private readonly Dictionary<string, MemberKeysRow> effective = wanted.ToDictionary(keys => keys.MemberId);

    /// <summary>Writes events and roster rows.</summary>
    /// <returns>True if there was anything to write.</returns>
    public bool Write(CoreDb db, EventWriter events)
    {
        // Who left goes first: one unit then mints one epoch that those who come get at once.
        Leave(events, [.. asked.Values.Where(row => !effective.ContainsKey(row.MemberId))]);
        var rekeyed = effective.Values.Where(keys => asked.TryGetValue(keys.MemberId, out var row) && !HasKeys(row, keys)).ToList();
        foreach (var keys in rekeyed)
        {
            Rekey(db, events, keys);
        }

        var entering = effective.Values.Where(keys => !asked.ContainsKey(keys.MemberId)).ToList();
        Enter(db, events, entering);
        return rekeyed.Count > 0 || entering.Count > 0 || asked.Values.Any(row => row.RemovedSequence is not null);
    }

    private static bool HasKeys(RosterRow row, MemberKeysRow keys) => row.Hpke == keys.Hpke && row.Signing == keys.Signing && row.Alg == keys.Alg;

    private static RosterRow Stay(string group, MemberKeysRow keys, long sequence) => new()
    {
        GroupId = group,
        MemberId = keys.MemberId,
        Alg = keys.Alg,
        Hpke = keys.Hpke,
        Signing = keys.Signing,
        AddedSequence = sequence,
    };

    private static void Leave(EventWriter events, List<RosterRow> leaving)
    {
        foreach (var part in leaving.Chunk(EventWriter.MembersPerEvent))
        {
            var sequence = events.Removed([.. part.Select(row => row.MemberId)]);
            Array.ForEach(part, row => row.RemovedSequence = sequence);
        }
    }

    private void Enter(CoreDb db, EventWriter events, List<MemberKeysRow> entering)
    {
        foreach (var keys in entering)
        {
            // The service pinned older keys, in another group: it has to see the change before it takes the new ones.
            foreach (var change in changes[keys.MemberId].Where(change => !change.Delivered))
            {
                events.Rekeyed(change);
            }
        }

        foreach (var part in entering.Chunk(EventWriter.MembersPerEvent))
        {
            var sequence = events.Added(part);
            db.Rosters.AddRange(part.Select(keys => Stay(events.Group, keys, sequence)));
        }
    }

    private void Rekey(CoreDb db, EventWriter events, MemberKeysRow keys)
    {
        var row = asked[keys.MemberId];
        var undelivered = changes[keys.MemberId].Where(change => !change.Delivered).ToList();
        var documents = undelivered.Count > 0 ? undelivered : [.. changes[keys.MemberId].TakeLast(1)];
        if (documents.Count == 0)
        {
            // Keys that the service never pinned were replaced: nothing has to be proved, the stay begins anew.
            row.RemovedSequence = events.Removed([keys.MemberId]);
            db.Rosters.Add(Stay(events.Group, keys, events.Added([keys])));
            return;
        }

        var sequences = documents.ConvertAll(events.Rekeyed);
        row.RemovedSequence = sequences[0];
        db.Rosters.Add(Stay(events.Group, keys, sequences[^1]));
    }
}
