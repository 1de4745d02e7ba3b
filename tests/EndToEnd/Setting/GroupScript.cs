using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>The core's side of one group: numbers its events.</summary>
internal sealed class GroupScript(string id)
{
    private ulong sequence;

    public string Id => id;

    public GroupId Group { get; } = GroupId.TryParse(id, out var group) ? group : throw new ArgumentException(id);

    public Event Create() => Next(entry => entry.GroupCreated = new GroupCreated());

    public Event Add(params Person[] people) => Next(entry =>
    {
        entry.MembersAdded = new MembersAdded();
        entry.MembersAdded.Members.AddRange(people.Select(person => person.Claim));
    });

    public Event Remove(params Person[] people) => Next(entry =>
    {
        entry.MembersRemoved = new MembersRemoved();
        entry.MembersRemoved.MemberIds.AddRange(people.Select(person => person.Member.Value));
    });

    public Event Rotate() => Next(entry => entry.RotationRequested = new RotationRequested());

    public Event Delete() => Next(entry => entry.GroupDeleted = new GroupDeleted());

    private Event Next(Action<Event> change)
    {
        var now = TimeProvider.System.GetUtcNow();
        var entry = new Event { EventId = Guid.CreateVersion7(now).ToString("D"), GroupId = id, Sequence = ++sequence, OccurredAt = now.ToUnixTimeSeconds() };
        change(entry);
        return entry;
    }
}
