using EncryptionService.Formats;
using FsCheck;
using FsCheck.Fluent;

namespace EncryptionService.Envelopes.Tests;

/// <summary>The persistent tree against a model that follows the specification's definition word by word.</summary>
public sealed class RosterTests
{
    private static readonly Thumbprint signer = Claims.Key.Thumbprint;

    private sealed record Entry(MemberId Member, KeyIds Keys) : IRosterEntry;

    [Fact]
    public void The_empty_roster_has_32_zero_bytes_for_a_root()
    {
        Assert.Equal(new byte[32], RosterTree.Empty<Entry>().Root.ToArray());
        Assert.Null(RosterTree.Empty<Entry>().Prove(Ids.Member("a")));
        Assert.Empty(RosterTree.Empty<Entry>());
    }

    [Fact]
    public void Any_order_of_changes_gives_the_model_root_and_proofs_that_verify()
    {
        // Values 0..39 set a member (with one of two keys), negative ones remove it: collisions and re-additions are frequent.
        var changes = ArbMap.Default.ArbFor<int[]>();
        Prop.ForAll(changes, list =>
        {
            var tree = RosterTree.Empty<Entry>();
            var model = new Dictionary<MemberId, Entry>();
            foreach (var change in list)
            {
                var member = Ids.Member($"m{Math.Abs(change % 40)}");
                if (change < 0)
                {
                    tree = tree.Remove(member);
                    model.Remove(member);
                }
                else
                {
                    var entry = new Entry(member, new KeyIds(change % 3 == 0 ? "HPKE-7" : "HPKE-4", signer, signer));
                    tree = tree.Set(entry);
                    model[member] = entry;
                }
            }

            Assert.Equal(Node(0, [.. model.Values]), tree.Root);
            Assert.Equal(model.Count, tree.Count);
            Assert.Equal(model.Values.ToHashSet(), tree.ToHashSet());
            foreach (var entry in model.Values)
            {
                var proof = tree.Prove(entry.Member)!;
                Assert.True(proof.Verifies(tree.Root, entry.Member, entry.Keys));
                Assert.False(proof.Verifies(tree.Root, Ids.Member("stranger"), entry.Keys));
                Assert.False(proof.Verifies(tree.Root, entry.Member, entry.Keys with { Alg = "HPKE-3" }));
                Assert.False(proof.Verifies(tree.Root, entry.Member, entry.Keys with { Hpke = default }));
                Assert.False(proof.Verifies(tree.Root, entry.Member, entry.Keys with { Signing = default }));
                Assert.True(tree.TryGet(entry.Member, out var found) && found == entry);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_change_leaves_the_roster_before_it_as_it_was()
    {
        var before = RosterTree.Of(Enumerable.Range(0, 100).Select(Numbered));
        var root = before.Root;
        var after = before.Remove(Ids.Member("m5")).Set(Numbered(200));
        Assert.Equal(root, before.Root);
        Assert.NotEqual(root, after.Root);
        Assert.True(before.Contains(Ids.Member("m5")));
        Assert.False(after.Contains(Ids.Member("m5")));
        Assert.Equal(root, after.Set(Numbered(5)).Remove(Ids.Member("m200")).Root);
        Assert.Same(before, before.Remove(Ids.Member("nobody")));
    }

    [Fact]
    public void One_addition_to_ten_thousand_makes_few_nodes()
    {
        var tree = RosterTree.Of(Enumerable.Range(0, 10_000).Select(Numbered));
        _ = tree.Root;
        var entry = Numbered(10_001);
        _ = tree.Set(entry).Root;
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = tree.Set(entry).Root;
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 * 100, "an addition copies one path, not the roster");
        Assert.True(tree.Prove(Ids.Member("m17"))!.Siblings.Count < 40);
    }

    [Fact]
    public void A_proof_of_more_than_256_siblings_is_refused()
    {
        var siblings = Enumerable.Repeat(Digest32.Zero, 257).ToArray();
        Assert.Throws<ArgumentException>(() => new RosterProof(siblings));
        Assert.False(RosterProof.Verify(Digest32.Zero, Ids.Member("a"), Numbered(1).Keys, siblings));
        Assert.False(RosterProof.TryParse($"[{string.Join(',', siblings.Select(sibling => $"\"{sibling}\""))}]", out _));
        Assert.False(RosterProof.Verify(Digest32.Zero, Ids.Member("a"), default, []));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[\"short\"]")]
    [InlineData("[\"\\uD800\"]")]
    [InlineData("[] []")]
    [InlineData("[,]")]
    [InlineData("[null]")]
    public void What_is_no_proof_does_not_parse(string? json) => Assert.False(RosterProof.TryParse(json, out _));

    [Fact]
    public void A_proof_survives_its_JSON()
    {
        var tree = RosterTree.Of(Enumerable.Range(0, 9).Select(Numbered));
        var proof = tree.Prove(Ids.Member("m3"))!;
        Assert.True(RosterProof.TryParse(proof.ToJson(), out var read));
        Assert.Equal(proof.Siblings, read.Siblings);
        Assert.True(read.Verifies(tree.Root, Ids.Member("m3"), Numbered(3).Keys));
    }

    private static Entry Numbered(int number) => new(Ids.Member($"m{number}"), new KeyIds("HPKE-4", signer, signer));

    /// <summary>node(d, S) of envelope.md, section 7.</summary>
    private static Digest32 Node(int depth, Entry[] entries)
    {
        if (entries.Length == 0)
        {
            return Digest32.FromBytes(new byte[32]);
        }

        if (entries.Length == 1)
        {
            return Leaf(entries[0]);
        }

        var left = Node(depth + 1, [.. entries.Where(entry => !Bit(entry, depth))]);
        var right = Node(depth + 1, [.. entries.Where(entry => Bit(entry, depth))]);
        return Digest32.Of([1, .. left.ToArray(), .. right.ToArray()]);
    }

    private static Digest32 Leaf(Entry entry)
    {
        var member = System.Text.Encoding.ASCII.GetBytes(entry.Member.Value);
        var alg = System.Text.Encoding.ASCII.GetBytes(entry.Keys.Alg);
        return Digest32.Of([0, 0, (byte)member.Length, .. member, 0, (byte)alg.Length, .. alg, .. entry.Keys.Hpke.ToArray(), .. entry.Keys.Signing.ToArray()]);
    }

    private static bool Bit(Entry entry, int depth)
    {
        var hash = Digest32.Of(System.Text.Encoding.ASCII.GetBytes(entry.Member.Value)).ToArray();
        return (hash[depth / 8] >> (7 - (depth % 8)) & 1) == 1;
    }
}
