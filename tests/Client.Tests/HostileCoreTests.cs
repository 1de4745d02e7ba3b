using EncryptionService.Client.Tests.Setting;
using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Client.Tests;

/// <summary>A core that lies about a group: the member is told which of the outcomes it is, gets no key, and forgets nothing.</summary>
public sealed class HostileCoreTests : IAsyncLifetime
{
    /// <summary>The lie, the exit code and the reason. The member has opened revision 3, epoch 2; the group is at revision 4, epoch 3.</summary>
    private static readonly Dictionary<string, (int Code, string Outcome, string Reason, Func<HostileCoreTests, GroupAnswer, GroupAnswer> Tell)> lies = new()
    {
        ["an envelope of another member"] = (10, "not-for-me", "other-member", (at, answer) => answer with { Envelope = at.Group.Envelopes[at.bob.Member] }),
        ["an envelope for keys of before"] = (10, "not-for-me", "other-key", (at, answer) => answer with { Envelope = at.Group.Forge(at.before) }),
        ["no certificate"] = (11, "unverified", "no-certificate", (_, answer) => answer with { Certificates = [] }),
        ["a certificate of its own"] = (12, "forged", "certificate-invalid", (at, answer) => answer with { Certificates = [.. at.impostor.Certificates] }),
        ["an envelope of another group"] = (12, "forged", "envelope-moved", (at, answer) => answer with { Envelope = at.Group.Forge(at.alice.Person, group: Ids.Group("g2")) }),
        ["an envelope of an older epoch"] = (12, "forged", "envelope-moved", (at, answer) => answer with { Envelope = at.old }),
        ["an older state, from the start"] = (12, "forged", "rolled-back", (at, answer) => answer with { Envelope = at.old, Statements = at.Compact(0, 1) }),
        ["an older state, silently"] = (12, "forged", "envelope-moved", (at, answer) => answer with { Envelope = at.old, Statements = [] }),
        ["another history"] = (12, "forged", "forked", (at, answer) => answer with { Statements = [at.fork] }),
        ["a gap"] = (12, "forged", "chain-broken", (at, answer) => answer with { Statements = [at.gap] }),
        ["statements of another group"] = (12, "forged", "chain-broken", (at, answer) => answer with { Statements = [at.otherGroup] }),
        ["a statement by another identity"] = (12, "forged", "signature-invalid", (at, answer) => answer with { Statements = [at.Unsigned()] }),
        ["a proof of another member"] = (12, "forged", "not-in-roster", (at, answer) => answer with { Proof = at.ProofOf(at.bob) }),
        ["another key"] = (12, "forged", "commitment-mismatch", (at, answer) => answer with { Envelope = at.WithOtherKey() }),
        ["no envelope at all, but text"] = (12, "forged", "envelope-malformed", (_, answer) => answer with { Envelope = "a.b.c.d.e" }),
        ["no statement at all, but text"] = (12, "forged", "statement-malformed", (_, answer) => answer with { Statements = ["nothing"] }),
    };

    private Desk desk = null!;
    private StubMember alice = null!;
    private StubMember bob = null!;
    private RosterPerson before = null!;
    private ServiceWorld impostor = null!;
    private string old = "";
    private string fork = "";
    private string gap = "";
    private string otherGroup = "";

    private GroupWorld Group => desk.Service.Group("g1");

    public static TheoryData<string> Lies => [.. lies.Keys];

    public async ValueTask InitializeAsync()
    {
        desk = await Desk.SitAsync();
        impostor = new ServiceWorld();
        alice = await desk.JoinAsync("alice");
        bob = await desk.JoinAsync("bob");
        using var earlier = MemberPrivateKeys.Generate(Suite.Hpke4);
        before = new RosterPerson(alice.Member, earlier.Public);
        Group.Add(alice.Person);
        Group.Add(bob.Person);
        old = Group.Envelopes[alice.Member];
        Group.Rotate();
        Assert.Equal(0, (await desk.MemberAsync("alice", "open g1")).Code);
        Group.Rotate();
        fork = Sign(statement => statement with { Revision = 4, Previous = Digest32.Of("elsewhere"u8) });
        gap = Sign(statement => statement with { Revision = 5, Previous = Group.Statements[^1].Hash });
        otherGroup = Sign(statement => statement with { Group = Ids.Group("g2"), Revision = 4, Previous = Group.Statements[^2].Hash });
    }

    public async ValueTask DisposeAsync()
    {
        impostor.Dispose();
        await desk.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_lie_is_named_and_brings_no_key(string lie)
    {
        var (code, outcome, reason, tell) = lies[lie];
        var file = await File.ReadAllTextAsync(desk.PathOf("alice.json"), TestContext.Current.CancellationToken);
        desk.Core.Members.Lie = (_, answer) => tell(this, answer);

        var told = await desk.MemberAsync("alice", "open g1 --json --show-key");

        Assert.Equal((code, outcome, reason), (told.Code, (string?)told.Json["outcome"], (string?)told.Json["reason"]));
        Assert.Null(told.Json["key"]);
        Assert.NotEqual("", told.Error);
        Assert.Equal(file, await File.ReadAllTextAsync(desk.PathOf("alice.json"), TestContext.Current.CancellationToken));
        desk.Core.Members.Lie = null;
        Assert.Equal(0, (await desk.MemberAsync("alice", "open g1")).Code);
    }

    [Fact]
    public async Task Without_a_trusted_code_nothing_is_opened()
    {
        await desk.MemberAsync("carol", $"accept {desk.Core.Link(desk.Core.Members.Invite("carol"))}");
        Group.Add(desk.Core.Members.ByName["carol"].Person);

        var told = await desk.MemberAsync("carol", "open g1 --show-key");

        Assert.Equal((11, ""), (told.Code, told.Out));
        Assert.Contains("eec member trust", told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_code_of_another_organization_opens_nothing()
    {
        Assert.Equal(2, (await desk.MemberAsync("alice", $"trust {impostor.Code}")).Code);
        Assert.Equal(0, (await desk.MemberAsync("alice", $"trust {impostor.Code} --replace")).Code);

        Assert.Equal(12, (await desk.MemberAsync("alice", "open g1")).Code);
    }

    [Fact]
    public async Task A_replaced_identity_under_the_same_organization_key_is_followed_and_never_left_again()
    {
        desk.Service.ReplaceIdentity();
        Group.Rotate();
        Assert.Equal(0, (await desk.MemberAsync("alice", "open g1")).Code);
        desk.Core.Members.Lie = (_, answer) => answer with { Certificates = answer.Certificates[..1] };

        Assert.Equal(11, (await desk.MemberAsync("alice", "open g1")).Code);
    }

    [Fact]
    public async Task An_identity_that_one_group_saw_replaced_signs_nothing_for_another()
    {
        using var stolen = desk.Service.Identity;
        var mine = (await desk.MemberAsync("alice", "open g1")).Code;
        desk.Service.ReplaceIdentity();
        desk.Service.Group("g2").Add(alice.Person);
        Assert.Equal((0, 0), (mine, (await desk.MemberAsync("alice", "open g2")).Code));

        desk.Service.SignWithStolen(stolen);
        desk.Service.Group("g3").Add(alice.Person);
        var unseen = await desk.MemberAsync("alice", "open g3 --json --show-key");
        var seen = (await desk.MemberAsync("alice", "open g1")).Code;
        Group.Rotate();
        var further = await desk.MemberAsync("alice", "open g1 --json --show-key");

        Assert.Equal((12, "rolled-back", null), (unseen.Code, (string?)unseen.Json["reason"], (string?)unseen.Json["key"]));
        Assert.Equal((12, "rolled-back", null), (further.Code, (string?)further.Json["reason"], (string?)further.Json["key"]));
        Assert.Equal(0, seen); // what she has
    }

    private string[] Compact(int from, int count) => [.. Group.Statements.Skip(from).Take(count).Select(statement => statement.Jws.Compact)];

    private string[] ProofOf(StubMember member) => [.. Group.Roster.Prove(member.Member)!.Siblings.Select(sibling => sibling.ToString())];

    private string WithOtherKey()
    {
        using var other = VaultKey.Generate();
        return Group.Forge(alice.Person, other: other);
    }

    private string Unsigned()
    {
        var parts = Group.Statements[^1].Jws.Compact.Split('.');
        return $"{parts[0]}.{parts[1]}.{Group.Statements[0].Jws.Compact.Split('.')[2]}";
    }

    private string Sign(Func<Statement, Statement> change) => JwsSigner.Sign(desk.Service.Identity, change(Group.Statements[^1]));
}
