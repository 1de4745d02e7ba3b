using EncryptionService.Formats;
using EncryptionService.Hammer.Checks;

namespace EncryptionService.Hammer.Scim.Checks;

/// <summary>Outbox and chains, as the core's database has them.</summary>
internal static class RecordChecks
{
    private const long Done = 1;

    /// <summary>Each group's events are 1, 2, … without a gap, and the service has taken every one.</summary>
    public static Check Outbox(CoreRecords records)
    {
        var problems = new List<string>();
        foreach (var group in records.Events.GroupBy(row => row.Group))
        {
            var sequence = 0L;
            foreach (var row in group)
            {
                if (row.Sequence != ++sequence)
                {
                    problems.Add($"{group.Key}: event {row.Sequence} where {sequence} is due");
                    sequence = row.Sequence;
                }

                if (row.State != Done)
                {
                    problems.Add($"{group.Key}: event {row.Sequence} is in state {row.State}: {row.Outcome}");
                }
            }
        }

        return Check.Of("Every group's events are numbered without a gap, and each was taken", $"{records.Events.Count} events", problems);
    }

    /// <summary>Walks every chain from revision 1, and looks for second commitments.</summary>
    public static Check Chains(CoreRecords records, out int statements, out int epochs)
    {
        var problems = new List<string>();
        var seen = new HashSet<Digest32>();
        statements = 0;
        foreach (var group in records.Chains.Keys)
        {
            var chain = records.Read(group);
            statements += chain.Count;
            for (var index = 0; index < chain.Count; index++)
            {
                var reason = "the chain does not begin with revision 1";
                if (index == 0 ? chain[0].Revision != 1 : !chain[index].Continues(chain[index - 1], out reason))
                {
                    problems.Add($"{group} revision {chain[index].Revision}: {reason}");
                }

                var first = index == 0 || chain[index - 1].Epoch != chain[index].Epoch;
                if (first && chain[index].Commitment is { } commitment && !seen.Add(commitment))
                {
                    problems.Add($"{group} epoch {chain[index].Epoch}: a commitment for the second time");
                }
            }
        }

        problems.AddRange(records.Acknowledged.Where(group => records.Chains.GetValueOrDefault(group.Key)?.Count != (int)group.Value)
            .Select(group => $"{group.Key}: {records.Chains.GetValueOrDefault(group.Key)?.Count ?? 0} statements, and {group.Value} are acknowledged"));
        epochs = seen.Count;
        return Check.Of("One statement for each revision, one commitment for each epoch, every chain whole", $"{statements} statements, {epochs} epochs", problems);
    }
}
