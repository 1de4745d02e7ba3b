using EncryptionService.Contracts.Membership;
using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Writes what the service took into the rosters: stays that are confirmed, ended or refused, keys that are pinned.</summary>
/// <remarks>(1) whom has to be held, (2) read what the answers are about, (3) go through the answers in order. Members, then lanes, are held between (1) and (2).</remarks>
internal sealed class ReceiptBook(CoreDb db, string organization, IReadOnlyList<Answer> taken, DateTimeOffset now)
{
    private const int Part = 1_000;

    private readonly Dictionary<(string Group, string Member), RefusalRow> refusals = [];
    private readonly Dictionary<string, MemberKeysRow> keys = [];
    private ILookup<(string Group, string Member), RosterRow> stays = Array.Empty<RosterRow>().ToLookup(row => (row.GroupId, row.MemberId));
    private ILookup<string, KeyChangeRow> changes = Array.Empty<KeyChangeRow>().ToLookup(row => row.MemberId);

    /// <summary>Members of a group who have to be asked for again, because what was refused is not what is wanted now.</summary>
    public HashSet<(string Group, string Member)> Again { get; } = [];

    /// <summary>Members whose rows may change.</summary>
    public async Task<HashSet<string>> ConcernedAsync(CancellationToken cancellationToken) // (1)
    {
        var concerned = taken.Where(answer => answer.Event.ChangeCase == Event.ChangeOneofCase.MemberRekeyed).SelectMany(Members)
            .Concat(taken.SelectMany(answer => answer.Receipt.Members.Where(member => member.Outcome == MemberOutcome.Refused).Select(member => member.MemberId)))
            .ToHashSet(StringComparer.Ordinal);
        var entered = taken.Where(answer => answer.Event.ChangeCase == Event.ChangeOneofCase.MembersAdded).SelectMany(Members).ToHashSet(StringComparer.Ordinal);
        foreach (var part in entered.Chunk(Part))
        {
            concerned.UnionWith(await db.MemberKeys.Where(row => !row.Pinned && part.Contains(row.MemberId)).Select(row => row.MemberId).ToListAsync(cancellationToken));
        }

        return concerned;
    }

    /// <summary>Changes the tables' rows; nothing is saved yet.</summary>
    public async Task WriteAsync(IReadOnlyCollection<string> held, CancellationToken cancellationToken)
    {
        await ReadAsync(held, cancellationToken); // (2)
        foreach (var answer in taken) // (3)
        {
            var revision = (long)answer.Receipt.Revision;
            switch (answer.Event.ChangeCase)
            {
                case Event.ChangeOneofCase.MembersAdded:
                    var claims = answer.Event.MembersAdded.Members.ToDictionary(member => member.MemberId, member => member.Keys);
                    foreach (var member in answer.Receipt.Members.Where(member => claims.ContainsKey(member.MemberId)))
                    {
                        Entered(answer.Row, member, claims[member.MemberId], revision);
                    }

                    break;
                case Event.ChangeOneofCase.MemberRekeyed when answer.Receipt.Members.Count == 1:
                    Rekeyed(answer.Row, answer.Receipt.Members[0], answer.Event.MemberRekeyed, revision);
                    break;
                case Event.ChangeOneofCase.MembersRemoved:
                    foreach (var member in answer.Event.MembersRemoved.MemberIds)
                    {
                        End(answer.Row, member, revision);
                    }

                    break;
                default:
                    break;
            }
        }
    }

    private static IEnumerable<string> Members(Answer answer) => answer.Event.ChangeCase switch
    {
        Event.ChangeOneofCase.MembersAdded => answer.Event.MembersAdded.Members.Select(member => member.MemberId),
        Event.ChangeOneofCase.MemberRekeyed => [answer.Event.MemberRekeyed.Member.MemberId],
        _ => [],
    };

    private void Entered(EventRow row, MemberReceipt receipt, ClaimedKeys claimed, long revision)
    {
        var stay = Stay(row, receipt.MemberId);
        if (receipt.Outcome is MemberOutcome.Wrapped or MemberOutcome.Already)
        {
            Confirm(row, stay, receipt.MemberId, claimed, revision);
        }
        else if (receipt.Outcome == MemberOutcome.Refused && stay is not null)
        {
            Drop(stay);
            Refuse(row, stay, receipt, claimed);
        }
    }

    private void Rekeyed(EventRow row, MemberReceipt receipt, MemberRekeyed change, long revision)
    {
        var stay = Stay(row, receipt.MemberId);
        switch (receipt.Outcome)
        {
            case MemberOutcome.Wrapped or MemberOutcome.Already:
                Deliver(change);
                End(row, receipt.MemberId, revision);
                Confirm(row, stay, receipt.MemberId, change.Member.Keys, revision);
                break;
            case MemberOutcome.Removed:
                // The pin has moved on, but the member was not in the roster: she enters with the new keys by another event.
                Deliver(change);
                End(row, receipt.MemberId, revision);
                Pin(receipt.MemberId, change.Member.Keys);
                if (stay is not null)
                {
                    Drop(stay);
                    Again.Add((row.GroupId, receipt.MemberId));
                }

                break;
            case MemberOutcome.Refused when stay is not null:
                // The service's roster still has the older keys; what was asked for after this event is about them.
                Drop(stay);
                if (Open(row, receipt.MemberId).MaxBy(older => older.RemovedSequence) is { } former)
                {
                    former.RemovedSequence = stay.RemovedSequence;
                }

                Refuse(row, stay, receipt, change.Member.Keys);
                break;
            default:
                break;
        }
    }

    private void Confirm(EventRow row, RosterRow? stay, string member, ClaimedKeys claimed, long revision)
    {
        if (stay is not null)
        {
            stay.FromRevision = revision;
        }

        if (refusals.Remove((row.GroupId, member), out var refusal))
        {
            db.Refusals.Remove(refusal);
        }

        Pin(member, claimed);
    }

    private void Pin(string member, ClaimedKeys claimed)
    {
        if (keys.TryGetValue(member, out var present) && IsSame(present, claimed))
        {
            present.Pinned = true;
        }
    }

    /// <summary>A refusal of the present keys is for people to see; one of older keys is overtaken by the present ones.</summary>
    private void Refuse(EventRow row, RosterRow stay, MemberReceipt receipt, ClaimedKeys claimed)
    {
        if (stay.RemovedSequence is not null || !keys.TryGetValue(receipt.MemberId, out var present))
        {
            return;
        }

        if (!IsSame(present, claimed))
        {
            Again.Add((row.GroupId, receipt.MemberId));
            return;
        }

        var reason = WireNames.Of(receipt.Reason);
        if (refusals.TryGetValue((row.GroupId, receipt.MemberId), out var known))
        {
            (known.Reason, known.At) = (reason, now);
            return;
        }

        var refusal = new RefusalRow { GroupId = row.GroupId, MemberId = receipt.MemberId, OrganizationId = organization, Reason = reason, At = now };
        refusals.Add((row.GroupId, receipt.MemberId), refusal);
        db.Refusals.Add(refusal);
    }

    private void Deliver(MemberRekeyed change)
    {
        var taken = changes[change.Member.MemberId].FirstOrDefault(row => row.Document == change.KeyChange);
        foreach (var row in changes[change.Member.MemberId].Where(row => row.Counter <= taken?.Counter))
        {
            row.Delivered = true;
        }
    }

    /// <summary>The stay that this event began.</summary>
    private RosterRow? Stay(EventRow row, string member) =>
        stays[(row.GroupId, member)].FirstOrDefault(stay => stay.AddedSequence == row.Sequence && db.Entry(stay).State != EntityState.Deleted);

    /// <summary>Stays of the member that this event, or one before it, ends, and that the service has not ended yet.</summary>
    private IEnumerable<RosterRow> Open(EventRow row, string member) => stays[(row.GroupId, member)].Where(stay =>
        stay.RemovedSequence <= row.Sequence && stay.ToRevision is null && db.Entry(stay).State != EntityState.Deleted);

    private void End(EventRow row, string member, long revision)
    {
        foreach (var stay in Open(row, member).ToList())
        {
            if (stay.FromRevision is null)
            {
                Drop(stay);
            }
            else
            {
                stay.ToRevision = revision;
            }
        }
    }

    private void Drop(RosterRow stay) => db.Rosters.Remove(stay);

    private static bool IsSame(MemberKeysRow present, ClaimedKeys claimed) => present.HpkeJwk == claimed.HpkeJwk && present.SigningJwk == claimed.SigningJwk;

    private async Task ReadAsync(IReadOnlyCollection<string> held, CancellationToken cancellationToken)
    {
        var groups = taken.Select(answer => answer.Row.GroupId).Distinct().ToList();
        var sequences = taken.Where(answer => answer.Event.ChangeCase != Event.ChangeOneofCase.GroupDeleted).Select(answer => answer.Row.Sequence).Distinct().ToList();
        var rekeyed = taken.Where(answer => answer.Event.ChangeCase == Event.ChangeOneofCase.MemberRekeyed).SelectMany(Members).Distinct().ToList();
        var rows = await db.Rosters
            .Where(row => groups.Contains(row.GroupId) && (sequences.Contains(row.AddedSequence) || (row.RemovedSequence != null && sequences.Contains(row.RemovedSequence.Value))))
            .ToListAsync(cancellationToken);
        if (rekeyed.Count > 0)
        {
            rows.AddRange(await db.Rosters
                .Where(row => groups.Contains(row.GroupId) && rekeyed.Contains(row.MemberId) && row.RemovedSequence != null && row.ToRevision == null)
                .ToListAsync(cancellationToken));
            changes = (await db.KeyChanges.Where(row => rekeyed.Contains(row.MemberId)).ToListAsync(cancellationToken)).ToLookup(row => row.MemberId);
        }

        stays = rows.Distinct().ToLookup(row => (row.GroupId, row.MemberId));
        foreach (var row in await db.Refusals.Where(row => groups.Contains(row.GroupId)).ToListAsync(cancellationToken))
        {
            refusals.Add((row.GroupId, row.MemberId), row);
        }

        foreach (var part in held.Chunk(Part))
        {
            foreach (var row in await db.MemberKeys.Where(row => part.Contains(row.MemberId)).ToListAsync(cancellationToken))
            {
                keys[row.MemberId] = row;
            }
        }
    }
}
