namespace EncryptionService.Formats;

/// <summary>A node of the roster tree. Immutable but for its hash, which is computed once, when it is first asked for.</summary>
internal abstract class RosterNode<T>
    where T : class, IRosterEntry
{
    private Digest32 hash;
    private volatile bool hashed;

    public Digest32 Hash
    {
        get
        {
            if (!hashed)
            {
                // Two threads may both compute it: they write the same bytes, and publish them after they are written.
                hash = Compute();
                hashed = true;
            }

            return hash;
        }
    }

    public static Digest32 HashOf(RosterNode<T>? node) => node?.Hash ?? Digest32.Zero;

    protected abstract Digest32 Compute();
}

/// <summary>One member.</summary>
internal sealed class RosterLeaf<T>(Digest32 path, T entry) : RosterNode<T>
    where T : class, IRosterEntry
{
    public Digest32 Path => path;

    public T Entry => entry;

    protected override Digest32 Compute() => RosterHash.Leaf(entry.Member, entry.Keys);
}

/// <summary>Two or more members.</summary>
internal sealed class RosterBranch<T>(RosterNode<T>? zero, RosterNode<T>? one) : RosterNode<T>
    where T : class, IRosterEntry
{
    public RosterNode<T>? Child(bool bit) => bit ? one : zero;

    public RosterBranch<T> With(bool bit, RosterNode<T>? child) => bit ? new(zero, child) : new(child, one);

    protected override Digest32 Compute() => RosterHash.Node(HashOf(zero), HashOf(one));
}
