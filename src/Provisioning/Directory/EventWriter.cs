using EncryptionService.Contracts.Membership;
using EncryptionService.Provisioning.Database;
using Google.Protobuf;

namespace EncryptionService.Provisioning.Directory;

/// <summary>Writes events of one group into the outbox. Its lane is held, so the numbers have no gaps and their order is the order of the commits.</summary>
internal sealed class EventWriter(CoreDb db, LaneRow lane, DateTimeOffset now)
{
    /// <summary>Most members in one event (docs/spec/membership.md, section 1).</summary>
    public const int MembersPerEvent = 2_000;

    /// <summary>The group.</summary>
    public string Group => lane.GroupId;

    /// <summary>The group begins.</summary>
    public void Created() => Write("group_created", 0, written => written.GroupCreated = new GroupCreated());

    /// <summary>The group ends.</summary>
    /// <returns>Sequence of the event.</returns>
    public long Deleted() => Write("group_deleted", 0, written => written.GroupDeleted = new GroupDeleted());

    /// <summary>A new epoch is asked for.</summary>
    /// <param name="note">Why, in the words of whoever asked, or null.</param>
    public void Rotate(string? note) => Write("rotation_requested", 0, written => written.RotationRequested = new RotationRequested(), note);

    /// <summary>Members enter; at most <see cref="MembersPerEvent"/>.</summary>
    /// <returns>Sequence of the event.</returns>
    public long Added(IReadOnlyCollection<MemberKeysRow> members) => Write("members_added", members.Count, written =>
    {
        written.MembersAdded = new MembersAdded();
        written.MembersAdded.Members.AddRange(members.Select(keys => Claim(keys.MemberId, keys.HpkeJwk, keys.SigningJwk)));
    });

    /// <summary>A member's keys change, as the signed document says.</summary>
    /// <returns>Sequence of the event.</returns>
    public long Rekeyed(KeyChangeRow change) => Write("member_rekeyed", 1, written => written.MemberRekeyed = new MemberRekeyed
    {
        Member = Claim(change.MemberId, change.HpkeJwk, change.SigningJwk),
        KeyChange = change.Document,
    });

    /// <summary>Members leave; at most <see cref="MembersPerEvent"/>.</summary>
    /// <returns>Sequence of the event.</returns>
    public long Removed(IReadOnlyCollection<string> members) => Write("members_removed", members.Count, written =>
    {
        written.MembersRemoved = new MembersRemoved();
        written.MembersRemoved.MemberIds.AddRange(members);
    });

    private static MemberWithKeys Claim(string member, string hpke, string signing) =>
        new() { MemberId = member, Keys = new ClaimedKeys { HpkeJwk = hpke, SigningJwk = signing } };

    private long Write(string kind, int members, Action<Event> fill, string? note = null)
    {
        var sequence = lane.NextSequence++;
        var written = new Event
        {
            EventId = Guid.CreateVersion7(now).ToString(),
            GroupId = lane.GroupId,
            Sequence = (ulong)sequence,
            OccurredAt = now.ToUnixTimeSeconds(),
        };
        fill(written);
        db.Events.Add(new EventRow
        {
            OrganizationId = lane.OrganizationId,
            GroupId = lane.GroupId,
            Sequence = sequence,
            EventId = written.EventId,
            Kind = kind,
            Members = members,
            Payload = written.ToByteArray(),
            OccurredAt = now,
            State = EventState.Waiting,
            DueAt = now,
            Note = note,
        });
        return sequence;
    }
}
