using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;

namespace EncryptionService.Hammer.History;

/// <summary>What one unit of a group must come to: known before it is sent, because units and their order are specified (membership.md, section 4).</summary>
/// <param name="Group">The group.</param>
/// <param name="Revision">Revision of the unit's statement.</param>
/// <param name="Roster">The roster after it.</param>
/// <param name="SomebodyLeft">Whether it must make a new epoch, if there is one.</param>
/// <param name="Ends">Whether its statement is final.</param>
internal sealed record PlannedUnit(GroupId Group, ulong Revision, RosterTree<Person> Roster, bool SomebodyLeft, bool Ends);

/// <summary>One request to come: its events, and the unit of each group in it.</summary>
internal sealed record PlannedRequest(IReadOnlyList<Event> Events, IReadOnlyList<PlannedUnit> Units);

/// <summary>Turns lines into events, one event a line; keeps the numbers that the core keeps.</summary>
internal sealed class EventMaker(People people, TimeProvider time)
{
    private readonly Dictionary<string, Counter> counters = [];

    /// <summary>True if any of these lines makes an event.</summary>
    public static bool MakesEvents(IEnumerable<HistoryLine> lines) => lines.Any(MakesEvent);

    /// <summary>The events of these lines; null if none of them makes one.</summary>
    public PlannedRequest? Make(IEnumerable<HistoryLine> lines)
    {
        var events = new List<Event>();
        var touched = new Dictionary<string, bool>();
        foreach (var line in lines)
        {
            if (line.Op == Ops.UserAdd)
            {
                people.Get(line.RequiredUser);
            }

            if (!MakesEvent(line))
            {
                continue;
            }

            var group = line.RequiredGroup;
            var counter = CounterOf(group);
            var change = new Event
            {
                EventId = Guid.CreateVersion7(time.GetUtcNow()).ToString(),
                GroupId = group,
                Sequence = ++counter.Sequence,
                OccurredAt = line.At.ToUnixTimeSeconds(),
            };
            var left = counter.Apply(line, change, people);
            touched[group] = left || touched.GetValueOrDefault(group);
            events.Add(change);
        }

        var units = touched.Select(group => counters[group.Key].CloseUnit(group.Value)).ToList();
        return events.Count == 0 ? null : new PlannedRequest(events, units);
    }

    private static bool MakesEvent(HistoryLine line) => line.Op is not (Ops.UserAdd or Ops.UserRemove or Ops.GroupRename);

    private Counter CounterOf(string group)
    {
        if (!counters.TryGetValue(group, out var counter))
        {
            counter = new Counter(GroupId.TryParse(group, out var id) ? id : throw new InvalidDataException($"'{group}' is no id."));
            counters.Add(group, counter);
        }

        return counter;
    }

    private sealed class Counter(GroupId group)
    {
        private ulong revision;
        private RosterTree<Person> roster = RosterTree.Empty<Person>();
        private bool ended;

        public ulong Sequence { get; set; }

        /// <summary>Puts the change into the event; true if somebody left by it.</summary>
        public bool Apply(HistoryLine line, Event change, People people)
        {
            switch (line.Op)
            {
                case Ops.GroupAdd:
                    change.GroupCreated = new GroupCreated();
                    return false;
                case Ops.GroupRemove:
                    change.GroupDeleted = new GroupDeleted();
                    roster = RosterTree.Empty<Person>();
                    ended = true;
                    return false;
                case Ops.MemberAdd or Ops.OwnerAdd:
                    var person = people.Get(line.RequiredUser);
                    change.MembersAdded = new MembersAdded { Members = { person.Wire } };
                    roster = roster.Set(person);
                    return false;
                case Ops.MemberRemove or Ops.OwnerRemove:
                    var gone = people.Get(line.RequiredUser);
                    change.MembersRemoved = new MembersRemoved { MemberIds = { gone.Member.Value } };
                    var before = roster.Count;
                    roster = roster.Remove(gone.Member);
                    return roster.Count < before;
                default:
                    throw new InvalidDataException($"The history has an unknown operation '{line.Op}'.");
            }
        }

        public PlannedUnit CloseUnit(bool somebodyLeft) => new(group, ++revision, roster, somebodyLeft, ended);
    }
}
