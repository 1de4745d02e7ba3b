using EncryptionService.Contracts.Membership;

namespace EncryptionService.Service.Tests.Rooms;

/// <summary>What happens to one group: events with the right numbers.</summary>
internal sealed class Story(FakeTime time, string group = "g1")
{
    public string Group => group;

    /// <summary>The number of the next event.</summary>
    public ulong Next { get; set; } = 1;

    public Event Created() => Make(entry => entry.GroupCreated = new GroupCreated());

    public Event Added(params Person[] people) => Make(entry =>
    {
        entry.MembersAdded = new MembersAdded();
        entry.MembersAdded.Members.AddRange(people.Select(person => person.Claim()));
    });

    public Event Added(params MemberWithKeys[] claims) => Make(entry =>
    {
        entry.MembersAdded = new MembersAdded();
        entry.MembersAdded.Members.AddRange(claims);
    });

    public Event Removed(params Person[] people) => Make(entry =>
    {
        entry.MembersRemoved = new MembersRemoved();
        entry.MembersRemoved.MemberIds.AddRange(people.Select(person => person.Member.Value));
    });

    public Event Rekeyed(Person person, string document) => Make(entry => entry.MemberRekeyed = new MemberRekeyed
    {
        Member = person.Claim(),
        KeyChange = document,
    });

    public Event Adopted(string document) => Make(entry => entry.GroupAdopted = new GroupAdopted { Adoption = document });

    public Event Rotated() => Make(entry => entry.RotationRequested = new RotationRequested());

    public Event Deleted() => Make(entry => entry.GroupDeleted = new GroupDeleted());

    private Event Make(Action<Event> change)
    {
        var entry = new Event
        {
            EventId = Guid.CreateVersion7(time.Now).ToString(),
            GroupId = group,
            Sequence = Next++,
            OccurredAt = time.Seconds,
        };
        change(entry);
        return entry;
    }
}
