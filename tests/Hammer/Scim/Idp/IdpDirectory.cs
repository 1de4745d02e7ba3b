using System.Globalization;
using EncryptionService.Hammer.History;

namespace EncryptionService.Hammer.Scim.Idp;

/// <summary>The IdP's own directory, and the steps that a history means for it.</summary>
internal sealed class IdpDirectory(int membersPerRequest)
{
    private readonly Dictionary<string, IdpUser> users = [];
    private readonly Dictionary<string, IdpGroup> groups = [];
    private readonly Dictionary<IdpGroup, string> names = [];

    public IReadOnlyDictionary<string, IdpUser> Users => users;

    public IReadOnlyDictionary<string, IdpGroup> Groups => groups;

    /// <summary>The steps, in order. Lines of one moment about members of one group become one step, up to as many as a request may hold.</summary>
    public IEnumerable<ScimStep> Steps(IReadOnlyList<HistoryLine> lines)
    {
        var open = new Dictionary<IdpGroup, Batch>();
        for (var index = 0; index < lines.Count; index++)
        {
            var line = lines[index];
            var share = (double)(index + 1) / lines.Count;
            var atOnce = index > 0 && lines[index - 1].At == line.At;
            foreach (var batch in open.Values.Where(batch => !atOnce || batch.Forbids(line)).ToList())
            {
                open.Remove(batch.Group);
                yield return batch.Close(share);
            }

            if (line.Op is Ops.MemberAdd or Ops.OwnerAdd or Ops.MemberRemove or Ops.OwnerRemove)
            {
                var group = GroupOf(line);
                if (!open.TryGetValue(group, out var batch))
                {
                    open.Add(group, batch = new Batch(group));
                }

                batch.Take(UserOf(line), line.Op is Ops.MemberAdd or Ops.OwnerAdd);
                if (batch.Lines == membersPerRequest)
                {
                    open.Remove(group);
                    yield return batch.Close(share);
                }
            }
            else
            {
                yield return Step(line, share);
            }
        }

        foreach (var batch in open.Values)
        {
            yield return batch.Close(1);
        }
    }

    private static string KeyOf(IdpUser user) => $"user {user.Handle}";

    private static string KeyOf(IdpGroup group) => $"group {group.Handle}";

    private static string KeyOfName(string name) => $"name {name.ToUpperInvariant()}";

    private ScimStep Step(HistoryLine line, double share) => line.Op switch
    {
        Ops.UserAdd => new ScimStep(StepKind.UserAdded, share) { User = UserOf(line), Changes = [KeyOf(UserOf(line))] },
        Ops.UserRemove => new ScimStep(StepKind.UserRemoved, share) { User = UserOf(line), Changes = [KeyOf(UserOf(line))] },
        Ops.GroupAdd => Named(StepKind.GroupAdded, line, share),
        Ops.GroupRename => Named(StepKind.GroupRenamed, line, share),
        Ops.GroupRemove => new ScimStep(StepKind.GroupRemoved, share)
        {
            Group = GroupOf(line),
            Changes = [KeyOf(GroupOf(line)), KeyOfName(names[GroupOf(line)])],
        },
        _ => throw new InvalidDataException($"The history has an unknown operation '{line.Op}'."),
    };

    /// <summary>Names are unique: whoever frees one comes before whoever takes it.</summary>
    private ScimStep Named(StepKind kind, HistoryLine line, double share)
    {
        var group = GroupOf(line);
        var name = line.Name ?? throw new InvalidDataException($"A line '{line.Op}' has no name.");
        var before = names.GetValueOrDefault(group);
        names[group] = name;
        return new ScimStep(kind, share)
        {
            Group = group,
            Name = name,
            Changes = [KeyOf(group), KeyOfName(name), .. before is null || KeyOfName(before) == KeyOfName(name) ? Array.Empty<string>() : [KeyOfName(before)]],
        };
    }

    private IdpUser UserOf(HistoryLine line) => Of(users, line.RequiredUser, (handle, number) => new IdpUser(handle, number));

    private IdpGroup GroupOf(HistoryLine line) => Of(groups, line.RequiredGroup, (handle, number) => new IdpGroup(handle, number));

    private static T Of<T>(Dictionary<string, T> all, string handle, Func<string, int, T> make)
    {
        if (!all.TryGetValue(handle, out var one))
        {
            all.Add(handle, one = make(handle, all.Count));
        }

        return one;
    }

    /// <summary>Changes to the members of one group that go into one request. Of several about one user the last counts.</summary>
    private sealed class Batch(IdpGroup group)
    {
        private readonly Dictionary<IdpUser, bool> joins = [];

        public IdpGroup Group { get; } = group;

        public int Lines { get; private set; }

        public void Take(IdpUser user, bool join)
        {
            joins[user] = join;
            Lines++;
        }

        /// <summary>True if this line's step must not come before the batch.</summary>
        public bool Forbids(HistoryLine line) => line.Op switch
        {
            Ops.GroupRemove or Ops.GroupRename => line.Group == Group.Handle,
            Ops.UserRemove => joins.Keys.Any(user => user.Handle == line.User),
            _ => false,
        };

        public ScimStep Close(double share) => new(StepKind.MembersChanged, share)
        {
            Group = Group,
            Joining = [.. joins.Where(change => change.Value).Select(change => change.Key)],
            Leaving = [.. joins.Where(change => !change.Value).Select(change => change.Key)],
            Changes = [KeyOf(Group)],
            Needs = [.. joins.Keys.Select(KeyOf)],
        };

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Lines} lines of {Group.Handle}");
    }
}
