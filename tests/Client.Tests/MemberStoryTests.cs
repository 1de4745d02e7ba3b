using EncryptionService.Client.Tests.Setting;
using EncryptionService.Envelopes;

namespace EncryptionService.Client.Tests;

/// <summary>What a member types, from the invitation to the vault key.</summary>
public sealed class MemberStoryTests : IAsyncLifetime
{
    private Desk desk = null!;

    public async ValueTask InitializeAsync() => desk = await Desk.SitAsync();

    public async ValueTask DisposeAsync() => await desk.DisposeAsync();

    [Fact]
    public async Task A_member_accepts_trusts_lists_and_opens()
    {
        var accepted = await desk.MemberAsync("alice", $"accept {desk.Core.Link(desk.Core.Members.Invite("alice"))}");
        Assert.Equal(0, accepted.Code);
        Assert.Contains("Invitation to Contoso (o1) for alice@example.com (alice).", accepted.Out, StringComparison.Ordinal);
        var alice = desk.Core.Members.ByName["alice"];
        Assert.Contains(alice.Keys!.Hpke.Thumbprint.ToString(), accepted.Out, StringComparison.Ordinal);
        var group = desk.Service.Group("g1");
        group.DisplayName = "Engineering";
        group.Add(alice.Person);

        Assert.Equal(0, (await desk.MemberAsync("alice", $"trust {desk.Service.Code}")).Code);
        var groups = await desk.MemberAsync("alice", "groups");
        Assert.Contains("envelope there", groups.Out, StringComparison.Ordinal);
        Assert.Contains("Engineering", groups.Out, StringComparison.Ordinal);

        var opened = await desk.MemberAsync("alice", "open g1");
        Assert.Equal((0, ""), (opened.Code, opened.Error));
        Assert.StartsWith("opened   Engineering (g1), epoch 1, revision 1", opened.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(group.Keys[1], opened.Out, StringComparison.Ordinal);

        var shown = await desk.MemberAsync("alice", "open g1 --show-key");
        Assert.Contains($"key      {group.Keys[1]}", shown.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_says_the_same_to_programs_and_the_key_only_when_asked()
    {
        var alice = await desk.JoinAsync("alice", "HPKE-7");
        var group = desk.Service.Group("g1");
        group.Add(alice.Person);

        var keys = (await desk.MemberAsync("alice", "keys --json")).Json;
        Assert.Equal("HPKE-7", (string?)keys["alg"]);
        Assert.Equal(alice.Keys!.Signing.Thumbprint.ToString(), (string?)keys["sig"]);
        Assert.Equal(desk.Service.Code, (string?)keys["organizationCode"]);
        var groups = (await desk.MemberAsync("alice", "groups --json")).Json;
        Assert.Equal("g1", (string?)groups["groups"]![0]!["group"]);
        var opened = (await desk.MemberAsync("alice", "open g1 --json")).Json;
        Assert.Equal("opened", (string?)opened["outcome"]);
        Assert.Null(opened["key"]);
        var shown = (await desk.MemberAsync("alice", "open g1 --json --show-key")).Json;
        Assert.Equal(group.Keys[1], (string?)shown["key"]);
    }

    [Fact]
    public async Task A_newcomer_reads_older_epochs_and_the_adopted_key_behind_them()
    {
        var alice = await desk.JoinAsync("alice");
        var group = desk.Service.Group("g1");
        group.Add(alice.Person);
        group.Rotate();
        group.Rotate();
        var bob = await desk.JoinAsync("bob");
        group.Add(bob.Person);

        foreach (var epoch in new ulong[] { 1, 2, 3 })
        {
            Assert.Contains(group.Keys[epoch], (await desk.MemberAsync("bob", $"open g1 --show-key --epoch {epoch}")).Out, StringComparison.Ordinal);
        }

        var none = await desk.MemberAsync("bob", "open g1 --epoch 4 --show-key");
        Assert.Equal((2, ""), (none.Code, none.Out));
        Assert.Contains("no key of epoch 4", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_adopted_key_is_epoch_0()
    {
        var alice = await desk.JoinAsync("alice");
        var group = desk.Service.Group("g1");
        group.Add(alice.Person);
        var adopted = desk.Service.Group("g2");
        adopted.AdoptFor(VaultKey.Generate(), alice.Person);
        adopted.Rotate();

        Assert.Contains(adopted.Keys[0], (await desk.MemberAsync("alice", "open g2 --epoch 0 --show-key")).Out, StringComparison.Ordinal);
        Assert.Equal(2, (await desk.MemberAsync("alice", "open g1 --epoch 0")).Code);
    }

    [Fact]
    public async Task Memory_needs_only_what_is_new_and_still_reads_every_epoch()
    {
        var alice = await desk.JoinAsync("alice");
        var group = desk.Service.Group("g1");
        group.Add(alice.Person);
        Assert.Equal(0, (await desk.MemberAsync("alice", "open g1")).Code);
        group.Rotate();
        group.Publish([], "rotated");
        Assert.Equal(0, (await desk.MemberAsync("alice", "open g1")).Code);
        Assert.Contains("GET /member/v1/groups/g1?after=1 ", desk.Core.Requests);
        group.Rotate();
        desk.Core.Requests.Clear();

        var first = await desk.MemberAsync("alice", "open g1 --epoch 1 --show-key");

        Assert.Contains(group.Keys[1], first.Out, StringComparison.Ordinal);
        Assert.Equal(["GET /member/v1/groups/g1?after=3 "], desk.Core.Requests);
        Assert.Equal(0, (await desk.MemberAsync("alice", "open g1")).Code);
    }

    [Fact]
    public async Task A_long_history_comes_in_pages()
    {
        var alice = await desk.JoinAsync("alice");
        desk.Core.Members.PageSize = 3;
        var group = desk.Service.Group("g1");
        group.Add(alice.Person);
        for (var count = 0; count < 10; count++)
        {
            group.Rotate();
        }

        var opened = await desk.MemberAsync("alice", "open g1 --show-key --epoch 2");

        Assert.Contains(group.Keys[2], opened.Out, StringComparison.Ordinal);
        Assert.Contains("GET /member/v1/groups/g1?after=9 ", desk.Core.Requests);
    }

    [Fact]
    public async Task A_group_without_an_envelope_or_a_proof_has_nothing_to_open_yet()
    {
        var alice = await desk.JoinAsync("alice");
        desk.Service.Group("g0");
        var group = desk.Service.Group("g1");
        group.Add(alice.Person);

        var empty = await desk.MemberAsync("alice", "open g0");
        desk.Core.Members.Lie = (_, answer) => answer with { Proof = null };
        var proofless = await desk.MemberAsync("alice", "open g1 --json");

        Assert.Equal(13, empty.Code);
        Assert.Contains("No envelope yet", empty.Error, StringComparison.Ordinal);
        Assert.Equal(13, proofless.Code);
        Assert.Equal("nothing-yet", (string?)proofless.Json["outcome"]);
    }

    [Fact]
    public async Task The_removed_member_is_refused_and_the_other_goes_on()
    {
        var alice = await desk.JoinAsync("alice");
        var bob = await desk.JoinAsync("bob");
        var group = desk.Service.Group("g1");
        group.Add(alice.Person, bob.Person);
        Assert.Equal(0, (await desk.MemberAsync("bob", "open g1")).Code);
        group.Remove(bob.Member);

        Assert.Equal(0, (await desk.MemberAsync("alice", "open g1")).Code);
        var removed = await desk.MemberAsync("bob", "open g1");

        Assert.Equal(4, removed.Code);
        Assert.Contains("group-unknown", removed.Error, StringComparison.Ordinal);
    }
}
