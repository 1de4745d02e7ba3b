using EncryptionService.Contracts.Membership;
using Google.Protobuf;

namespace EncryptionService.Provisioning.Tests.Dispatch;

/// <summary>One group in the ledger of <see cref="LedgerDouble"/>.</summary>
internal sealed class GroupLedger(string id)
{
    private readonly List<(string EventId, ByteString Bytes, Receipt Receipt)> taken = [];

    public SortedDictionary<string, ClaimedKeys> Roster { get; } = new(StringComparer.Ordinal);

    public bool Frozen { get; set; }

    public bool Exists { get; private set; }

    public bool Ended { get; set; }

    public ulong Epoch { get; private set; }

    public ulong Revision { get; private set; }

    public ulong NextSequence => (ulong)taken.Count + 1;

    public IEnumerable<Event> Taken => taken.Select(entry => Event.Parser.ParseFrom(entry.Bytes));

    public List<Receipt> Apply(IReadOnlyList<Event> events, Func<MemberWithKeys, string?, Reason> claim)
    {
        var receipts = new List<Receipt>();
        var fresh = new List<Receipt>();
        var (mint, any) = (false, false);
        foreach (var entry in events)
        {
            var receipt = new Receipt { EventId = entry.EventId, GroupId = id, Sequence = entry.Sequence };
            receipts.Add(receipt);
            if (Frozen)
            {
                (receipt.Outcome, receipt.Reason) = (Outcome.Frozen, Reason.LedgerBehind);
            }
            else if (entry.Sequence < NextSequence)
            {
                var stored = taken[(int)entry.Sequence - 1];
                receipt.MergeFrom(stored.EventId == entry.EventId && stored.Bytes.Equals(entry.ToByteString()) ? stored.Receipt : new Receipt { Outcome = Outcome.Conflict });
                receipt.Outcome = receipt.Outcome == Outcome.Conflict ? Outcome.Conflict : Outcome.Duplicate;
            }
            else if (entry.Sequence > NextSequence)
            {
                receipt.Outcome = Outcome.OutOfOrder;
            }
            else if (Ended || (!Exists && entry.ChangeCase != Event.ChangeOneofCase.GroupCreated))
            {
                (receipt.Outcome, receipt.Reason) = (Outcome.Rejected, Ended ? Reason.GroupDeleted : Reason.GroupUnknown);
            }
            else
            {
                any = true;
                receipt.Outcome = Outcome.Applied;
                mint |= Change(entry, receipt, claim);
                taken.Add((entry.EventId, entry.ToByteString(), receipt));
                fresh.Add(receipt);
            }
        }

        if (any)
        {
            Revision++;
            Epoch += (!Ended && (mint || (Epoch == 0 && Roster.Count > 0))) ? 1UL : 0UL;
        }

        foreach (var receipt in receipts)
        {
            receipt.NextSequence = NextSequence;
        }

        foreach (var receipt in fresh)
        {
            (receipt.Epoch, receipt.Revision) = (Epoch, Revision);
        }

        return [.. receipts.Select(receipt => receipt.Clone())];
    }

    public GetGroupResponse Describe(GetGroupRequest request)
    {
        var response = new GetGroupResponse
        {
            Exists = Exists,
            Deleted = Ended,
            Frozen = Frozen,
            NextSequence = NextSequence,
            Epoch = Epoch,
            Revision = Revision,
            RosterSize = (ulong)Roster.Count,
        };
        var rest = Roster.Where(pair => string.CompareOrdinal(pair.Key, request.MembersAfter) > 0).ToList();
        response.MoreMembers = rest.Count > request.MaxMembers;
        response.Roster.AddRange(rest.Take((int)request.MaxMembers).Select(pair => new RosterEntry
        {
            MemberId = pair.Key,
            Alg = "HPKE-4",
            HpkeThumbprint = pair.Value.HpkeJwk,
            SigningThumbprint = pair.Value.SigningJwk,
        }));
        return response;
    }

    private bool Change(Event entry, Receipt receipt, Func<MemberWithKeys, string?, Reason> claim)
    {
        var mint = false;
        switch (entry.ChangeCase)
        {
            case Event.ChangeOneofCase.GroupCreated:
                if (Exists)
                {
                    (receipt.Outcome, receipt.Reason) = (Outcome.Rejected, Reason.GroupExists);
                }

                Exists = true;
                break;
            case Event.ChangeOneofCase.MembersAdded:
                foreach (var member in entry.MembersAdded.Members)
                {
                    receipt.Members.Add(Enter(member, claim(member, null), adds: true));
                }

                break;
            case Event.ChangeOneofCase.MemberRekeyed:
                receipt.Members.Add(Enter(entry.MemberRekeyed.Member, claim(entry.MemberRekeyed.Member, entry.MemberRekeyed.KeyChange), adds: false));
                mint = receipt.Members[0].Outcome == MemberOutcome.Wrapped;
                break;
            case Event.ChangeOneofCase.MembersRemoved:
                foreach (var member in entry.MembersRemoved.MemberIds)
                {
                    mint |= Roster.Remove(member);
                    receipt.Members.Add(new MemberReceipt { MemberId = member, Outcome = MemberOutcome.Removed });
                }

                break;
            case Event.ChangeOneofCase.RotationRequested:
                mint = Epoch > 0;
                break;
            case Event.ChangeOneofCase.GroupDeleted:
                Roster.Clear();
                Ended = true;
                break;
            default:
                throw new InvalidOperationException("No such change.");
        }

        return mint;
    }

    private MemberReceipt Enter(MemberWithKeys member, Reason refused, bool adds)
    {
        var present = Roster.TryGetValue(member.MemberId, out var keys);
        var outcome = refused != Reason.Unspecified ? MemberOutcome.Refused
            : present && keys!.Equals(member.Keys) ? MemberOutcome.Already
            : present || adds ? MemberOutcome.Wrapped
            : MemberOutcome.Removed;
        if (outcome == MemberOutcome.Wrapped)
        {
            Roster[member.MemberId] = member.Keys;
        }

        return new MemberReceipt { MemberId = member.MemberId, Outcome = outcome, Reason = refused };
    }
}
