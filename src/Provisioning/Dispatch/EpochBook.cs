using EncryptionService.Contracts.Membership;
using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Writes down which event made the service mint an epoch, for whoever asks why a group was rotated. The groups' lanes are held.</summary>
internal static class EpochBook
{
    // Of the events of one unit the first of these is the one that people ask about.
    private static readonly Event.ChangeOneofCase[] causes =
    [
        Event.ChangeOneofCase.RotationRequested, Event.ChangeOneofCase.MemberRekeyed, Event.ChangeOneofCase.MembersRemoved, Event.ChangeOneofCase.MembersAdded,
    ];

    /// <summary>Adds a row for each epoch that is new.</summary>
    public static async Task WriteAsync(CoreDb db, IReadOnlyList<Answer> taken, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var units = taken.Where(answer => answer.Receipt.Epoch > 0 && causes.Contains(answer.Event.ChangeCase))
            .GroupBy(answer => (answer.Row.GroupId, answer.Receipt.Epoch, answer.Receipt.Revision)).ToList();
        if (units.Count == 0)
        {
            return;
        }

        var groups = units.Select(unit => unit.Key.GroupId).Distinct().ToList();
        var known = await db.Epochs.Where(row => groups.Contains(row.GroupId))
            .GroupBy(row => row.GroupId).Select(group => new { group.Key, Epoch = group.Max(row => row.Epoch) })
            .ToDictionaryAsync(row => row.Key, row => row.Epoch, cancellationToken);
        foreach (var unit in units.OrderBy(unit => unit.Key.Revision))
        {
            var (group, epoch) = (unit.Key.GroupId, (long)unit.Key.Epoch);
            var cause = unit.MinBy(answer => Array.IndexOf(causes, answer.Event.ChangeCase))!;
            // Who enters needs a new epoch only where there was none.
            if (epoch <= known.GetValueOrDefault(group) || (cause.Event.ChangeCase == Event.ChangeOneofCase.MembersAdded && epoch > 1))
            {
                continue;
            }

            known[group] = epoch;
            db.Epochs.Add(new EpochRow
            {
                GroupId = group,
                Epoch = epoch,
                Revision = (long)unit.Key.Revision,
                At = now,
                Cause = cause.Row.Kind,
                Members = unit.Where(answer => answer.Event.ChangeCase == cause.Event.ChangeCase).Sum(answer => answer.Row.Members),
                Note = cause.Row.Note,
            });
        }
    }
}
