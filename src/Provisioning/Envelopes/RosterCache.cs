using System.Diagnostics.CodeAnalysis;
using EncryptionService.Formats;

namespace EncryptionService.Provisioning.Envelopes;

/// <summary>Rosters by the root that they have, the last used ones; bounded by the number of their members. Who asks for one that is being made waits for it.</summary>
internal sealed class RosterCache(int mostMembers)
{
    private readonly Lock entry = new();
    private readonly Dictionary<(string Group, long Revision), LinkedListNode<Roster>> rosters = [];
    private readonly LinkedList<Roster> byUse = [];
    private long members;

    /// <summary>Members of all rosters that are kept.</summary>
    public long Members
    {
        get
        {
            lock (entry)
            {
                return members;
            }
        }
    }

    /// <summary>The roster, from here or made now. One that could not be made (null, or an exception) is not kept.</summary>
    public async Task<RosterTree<RosterStay>?> GetAsync(string group, long revision, Func<Task<RosterTree<RosterStay>?>> make)
    {
        var (roster, isNew) = Find((group, revision), make);
        try
        {
            var tree = await roster.Tree.Value;
            if (isNew)
            {
                Weigh(roster, tree?.Count);
            }

            return tree;
        }
        catch when (isNew)
        {
            Weigh(roster, null);
            throw;
        }
    }

    private (Roster Roster, bool IsNew) Find((string Group, long Revision) key, Func<Task<RosterTree<RosterStay>?>> make)
    {
        lock (entry)
        {
            if (rosters.TryGetValue(key, out var known))
            {
                byUse.Remove(known);
                byUse.AddFirst(known);
                return (known.Value, false);
            }

            var roster = new Roster(key, new Lazy<Task<RosterTree<RosterStay>?>>(make));
            rosters.Add(key, byUse.AddFirst(roster));
            return (roster, true);
        }
    }

    private void Weigh(Roster roster, int? count)
    {
        lock (entry)
        {
            if (count is null)
            {
                Drop(roster);
                return;
            }

            if (rosters.TryGetValue(roster.Key, out var node) && node.Value == roster)
            {
                roster.Weight = count.Value;
                members += roster.Weight;
            }

            // The newest stays, however large it is: asking for it again at once is the rule.
            while (members > mostMembers && byUse.Last is { } last && last.Value != roster)
            {
                Drop(last.Value);
            }
        }
    }

    private void Drop(Roster roster)
    {
        if (rosters.TryGetValue(roster.Key, out var node) && node.Value == roster)
        {
            rosters.Remove(roster.Key);
            byUse.Remove(node);
            members -= roster.Weight;
        }
    }

    [SuppressMessage("Performance", "CA1812", Justification = "Made above.")]
    private sealed class Roster((string Group, long Revision) key, Lazy<Task<RosterTree<RosterStay>?>> tree)
    {
        public (string Group, long Revision) Key => key;

        public Lazy<Task<RosterTree<RosterStay>?>> Tree => tree;

        public int Weight { get; set; }
    }
}
