using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace EncryptionService.Formats;

/// <summary>Makes roster trees.</summary>
public static class RosterTree
{
    /// <summary>The roster without members; its root is 32 zero bytes.</summary>
    public static RosterTree<T> Empty<T>()
        where T : class, IRosterEntry => RosterTree<T>.EmptyTree;

    /// <summary>The roster of these entries; a later entry replaces an earlier one of the same member.</summary>
    public static RosterTree<T> Of<T>(IEnumerable<T> entries)
        where T : class, IRosterEntry
    {
        ArgumentNullException.ThrowIfNull(entries);
        return entries.Aggregate(Empty<T>(), (tree, entry) => tree.Set(entry));
    }
}

/// <summary>A roster: a Merkle prefix tree over the bits of SHA-256(member id) (envelope.md, section 7).</summary>
/// <remarks>
/// Immutable: a change copies the path to the root, log n nodes, and shares the rest. Hashes are computed when <see cref="Root"/> or
/// <see cref="Prove"/> asks, once for each node, so that a thousand changes hash each touched node once. Thread-safe.
/// </remarks>
/// <typeparam name="T">What is kept for a member.</typeparam>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "The tree is named after what the specification calls it.")]
public sealed class RosterTree<T> : IReadOnlyCollection<T>
    where T : class, IRosterEntry
{
    internal static readonly RosterTree<T> EmptyTree = new(null, 0);

    private readonly RosterNode<T>? top;

    private RosterTree(RosterNode<T>? top, int count)
    {
        this.top = top;
        Count = count;
    }

    /// <summary>Number of members.</summary>
    public int Count { get; }

    /// <summary>The root hash.</summary>
    public Digest32 Root => RosterNode<T>.HashOf(top);

    /// <summary>The roster with this entry; it replaces the member's earlier one.</summary>
    public RosterTree<T> Set(T entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var added = true;
        var leaf = new RosterLeaf<T>(RosterHash.Path(entry.Member), entry);
        var changed = Set(top, leaf, 0, ref added);
        return new RosterTree<T>(changed, added ? Count + 1 : Count);
    }

    /// <summary>The roster without this member; the same roster if the member is not in it.</summary>
    public RosterTree<T> Remove(MemberId member)
    {
        var path = RosterHash.Path(member);
        return Find(path) is null ? this : new RosterTree<T>(Remove(top, path, 0), Count - 1);
    }

    /// <summary>Finds a member.</summary>
    public bool TryGet(MemberId member, [NotNullWhen(true)] out T? entry)
    {
        entry = Find(RosterHash.Path(member))?.Entry;
        return entry is not null;
    }

    /// <summary>True if the member is in the roster.</summary>
    public bool Contains(MemberId member) => Find(RosterHash.Path(member)) is not null;

    /// <summary>The proof for a member, or null if the member is not in the roster.</summary>
    public RosterProof? Prove(MemberId member)
    {
        var path = RosterHash.Path(member);
        var siblings = new List<Digest32>();
        var node = top;
        for (var depth = 0; node is RosterBranch<T> branch; depth++)
        {
            var bit = path.Bit(depth);
            siblings.Add(RosterNode<T>.HashOf(branch.Child(!bit)));
            node = branch.Child(bit);
        }

        return node is RosterLeaf<T> leaf && leaf.Path == path ? new RosterProof(siblings) : null;
    }

    /// <summary>The entries, in the order of the tree.</summary>
    public IEnumerator<T> GetEnumerator()
    {
        var open = new Stack<RosterNode<T>>();
        if (top is not null)
        {
            open.Push(top);
        }

        while (open.TryPop(out var node))
        {
            if (node is RosterLeaf<T> leaf)
            {
                yield return leaf.Entry;
                continue;
            }

            var branch = (RosterBranch<T>)node;
            if (branch.Child(true) is { } one)
            {
                open.Push(one);
            }

            if (branch.Child(false) is { } zero)
            {
                open.Push(zero);
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static RosterNode<T> Set(RosterNode<T>? node, RosterLeaf<T> leaf, int depth, ref bool added)
    {
        switch (node)
        {
            case null:
                return leaf;
            case RosterLeaf<T> other when other.Path == leaf.Path:
                added = false;
                return leaf;
            case RosterLeaf<T> other:
                return Join(other, leaf, depth);
            default:
                var branch = (RosterBranch<T>)node;
                var bit = leaf.Path.Bit(depth);
                return branch.With(bit, Set(branch.Child(bit), leaf, depth + 1, ref added));
        }
    }

    /// <summary>Two members below one depth: a chain of branches down to the first bit in which they differ.</summary>
    private static RosterBranch<T> Join(RosterLeaf<T> first, RosterLeaf<T> second, int depth)
    {
        var bit = first.Path.Bit(depth);
        RosterNode<T> child = bit == second.Path.Bit(depth) ? Join(first, second, depth + 1) : first;
        var branch = new RosterBranch<T>(null, null).With(bit, child);
        return ReferenceEquals(child, first) ? branch.With(!bit, second) : branch;
    }

    private static RosterNode<T>? Remove(RosterNode<T>? node, Digest32 path, int depth)
    {
        if (node is not RosterBranch<T> branch)
        {
            return null;
        }

        var bit = path.Bit(depth);
        var rest = Remove(branch.Child(bit), path, depth + 1);
        var sibling = branch.Child(!bit);

        // A branch holds two or more members: one that is left alone moves up.
        return (rest, sibling) switch
        {
            (null, RosterLeaf<T> alone) => alone,
            (RosterLeaf<T> alone, null) => alone,
            _ => branch.With(bit, rest),
        };
    }

    private RosterLeaf<T>? Find(Digest32 path)
    {
        var node = top;
        for (var depth = 0; node is RosterBranch<T> branch; depth++)
        {
            node = branch.Child(path.Bit(depth));
        }

        return node is RosterLeaf<T> leaf && leaf.Path == path ? leaf : null;
    }
}
