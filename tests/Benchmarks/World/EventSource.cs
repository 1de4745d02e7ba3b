using EncryptionService.Contracts.Membership;

namespace EncryptionService.Benchmarks.World;

/// <summary>Makes well-formed events, each group's in sequence.</summary>
internal sealed class EventSource
{
    private readonly Dictionary<string, ulong> sequences = [];

    public Event Created(string group) => Next(group, entry => entry.GroupCreated = new GroupCreated());

    public Event Added(string group, IEnumerable<MemberWithKeys> members) => Next(group, entry =>
    {
        entry.MembersAdded = new MembersAdded();
        entry.MembersAdded.Members.AddRange(members);
    });

    public Event Removed(string group, string member) => Next(group, entry => entry.MembersRemoved = new MembersRemoved { MemberIds = { member } });

    private Event Next(string group, Action<Event> change)
    {
        var now = TimeProvider.System.GetUtcNow();
        var entry = new Event
        {
            EventId = Guid.CreateVersion7(now).ToString(),
            GroupId = group,
            Sequence = sequences[group] = sequences.GetValueOrDefault(group) + 1,
            OccurredAt = now.ToUnixTimeSeconds(),
        };
        change(entry);
        return entry;
    }
}
