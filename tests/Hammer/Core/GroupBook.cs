using EncryptionService.Formats;
using EncryptionService.Hammer.History;

namespace EncryptionService.Hammer.Core;

/// <summary>An envelope as the core keeps it.</summary>
internal sealed record StoredEnvelope(ulong Epoch, ulong Generation, string Jwe);

/// <summary>What the core holds of one group. Guarded by a lock on itself.</summary>
internal sealed class GroupBook(GroupId group)
{
    private readonly List<Statement> statements = [];
    private readonly Dictionary<ulong, PlannedUnit> planned = [];
    private readonly Dictionary<string, StoredEnvelope> newest = [];
    private readonly HashSet<(ulong Epoch, string Member, ulong Generation)> taken = [];

    public GroupId Group { get; } = group;

    /// <summary>Statements in order of revision, from 1.</summary>
    public IReadOnlyList<Statement> Statements => statements;

    public Statement? Head => statements.Count == 0 ? null : statements[^1];

    public ulong Revision => (ulong)statements.Count;

    /// <summary>Revision of the newest unit that the service has acknowledged.</summary>
    public ulong Acknowledged { get; private set; }

    /// <summary>The roster that the newest statement must have.</summary>
    public RosterTree<Person> Roster => Head is null ? RosterTree.Empty<Person>() : planned[Revision].Roster;

    /// <summary>Takes down what is about to be asked for.</summary>
    public void Plan(PlannedUnit unit) => planned[unit.Revision] = unit;

    public void Acknowledge(ulong revision) => Acknowledged = Math.Max(Acknowledged, revision);

    public PlannedUnit? PlanOf(ulong revision) => planned.GetValueOrDefault(revision);

    public void Append(Statement statement) => statements.Add(statement);

    /// <summary>Create-only: false if there is one already for this epoch, member, key and generation.</summary>
    public bool TryStore(string member, StoredEnvelope envelope)
    {
        if (!taken.Add((envelope.Epoch, member, envelope.Generation)))
        {
            return false;
        }

        var held = newest.GetValueOrDefault(member);
        if (held is null || (envelope.Epoch, envelope.Generation).CompareTo((held.Epoch, held.Generation)) > 0)
        {
            newest[member] = envelope;
        }

        return true;
    }

    /// <summary>The newest envelope of a member, of whatever epoch.</summary>
    public StoredEnvelope? NewestOf(string member) => newest.GetValueOrDefault(member);

    /// <summary>True if the core ever took an envelope of this epoch for the member.</summary>
    public bool HasEnvelope(ulong epoch, string member) => taken.Any(key => key.Epoch == epoch && key.Member == member);

    /// <summary>Members of the roster without an envelope of the current epoch.</summary>
    public List<string> Missing() => Head is null or { End: true }
        ? []
        : [.. Roster.Select(person => person.Member.Value).Where(member => newest.GetValueOrDefault(member)?.Epoch != Head.Epoch)];

    /// <summary>True if nothing is lacking that the service has acknowledged.</summary>
    public bool IsComplete => Revision >= Acknowledged && Missing().Count == 0;
}

/// <summary>The core's books, one for each group.</summary>
internal sealed class Books
{
    private readonly Dictionary<GroupId, GroupBook> books = [];

    public GroupBook Get(GroupId group)
    {
        lock (books)
        {
            if (!books.TryGetValue(group, out var book))
            {
                books.Add(group, book = new GroupBook(group));
            }

            return book;
        }
    }

    /// <summary>The book of a group that was asked for; null for any other.</summary>
    public GroupBook? Find(GroupId group)
    {
        lock (books)
        {
            return books.GetValueOrDefault(group);
        }
    }

    public List<GroupBook> All()
    {
        lock (books)
        {
            return [.. books.Values];
        }
    }

    /// <summary>Books that lack something.</summary>
    public List<GroupBook> Incomplete()
    {
        var incomplete = new List<GroupBook>();
        foreach (var book in All())
        {
            lock (book)
            {
                if (!book.IsComplete)
                {
                    incomplete.Add(book);
                }
            }
        }

        return incomplete;
    }
}
