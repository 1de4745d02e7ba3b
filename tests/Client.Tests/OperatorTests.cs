using EncryptionService.Client.Tests.Setting;
using EncryptionService.Formats;

namespace EncryptionService.Client.Tests;

/// <summary>What an operator types.</summary>
public sealed class OperatorTests : IAsyncLifetime
{
    private Desk desk = null!;
    private StubMember alice = null!;
    private StubMember bob = null!;
    private SigningJwk key = null!;

    public async ValueTask InitializeAsync()
    {
        desk = await Desk.SitAsync();
        alice = await desk.JoinAsync("alice");
        bob = await desk.JoinAsync("bob", "HPKE-7");
        desk.Core.Operators.Pending.AddRange([alice, bob]);
        var made = await desk.OperatorAsync("keygen");
        Assert.Equal(0, made.Code);
        Assert.True(SigningJwk.TryParse(made.Out.Trim(), out key!, out _));
    }

    public async ValueTask DisposeAsync() => await desk.DisposeAsync();

    [Fact]
    public async Task A_key_is_made_once_and_for_the_owner_alone()
    {
        var again = await desk.OperatorAsync("keygen");

        Assert.Equal((2, ""), (again.Code, again.Out));
        Assert.Contains(key.ToJson(), again.Error, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(desk.PathOf("operator.json")));
    }

    [Fact]
    public async Task Everybody_on_the_list_is_approved_with_the_keys_that_were_shown()
    {
        var shown = await desk.OperatorAsync("approve --all");

        Assert.Equal(0, shown.Code);
        Assert.Contains(alice.Keys!.Hpke.Thumbprint.ToString(), shown.Out, StringComparison.Ordinal);
        var approval = Sent();
        Assert.Equal([new(alice.Member, alice.Keys.Ids), new(bob.Member, bob.Keys!.Ids)], approval.Members);
        Assert.Equal(desk.Service.Organization, approval.Organization);
    }

    [Fact]
    public async Task Only_those_who_are_named_are_approved()
    {
        Assert.Equal(0, (await desk.OperatorAsync("approve bob --json")).Code);

        Assert.Equal(["bob"], Sent().Members.Select(member => member.Member.Value));
    }

    [Theory]
    [InlineData("approve")]
    [InlineData("approve carol")]
    [InlineData("approve alice carol")]
    public async Task Nobody_is_approved_by_accident(string words)
    {
        Assert.Equal(2, (await desk.OperatorAsync(words)).Code);

        Assert.Empty(desk.Core.Operators.Documents);
    }

    [Fact]
    public async Task A_compared_list_is_signed_as_it_was_compared()
    {
        var compared = alice.Keys!.Ids;
        desk.Write("list", (await desk.OperatorAsync("pending --json")).Out);
        alice.Keys = bob.Keys;

        Assert.Equal(0, (await desk.OperatorAsync($"approve alice --list {desk.PathOf("list")}")).Code);

        Assert.Equal([new ApprovedMember(alice.Member, compared)], Sent().Members);
    }

    [Fact]
    public async Task What_is_signed_apart_is_sent_later()
    {
        Assert.Equal(0, (await desk.OperatorAsync($"approve --all --out {desk.PathOf("signed")}")).Code);
        Assert.Empty(desk.Core.Operators.Documents);

        var sent = await desk.OperatorAsync($"submit {desk.PathOf("signed")} --json");

        Assert.Equal((0, 2), (sent.Code, (int?)sent.Json["accepted"]));
        Assert.Equal(2, Sent().Members.Count);
    }

    [Fact]
    public async Task What_the_service_refuses_is_told()
    {
        desk.Core.Operators.Service = _ => new StubAnswer(200, """{"accepted":1,"refused":[{"member":"bob","reason":"other keys are pinned"}]}""");
        var some = await desk.OperatorAsync("approve --all");
        Assert.Equal(4, some.Code);
        Assert.Contains("refused   bob   other keys are pinned", some.Out, StringComparison.Ordinal);

        desk.Core.Operators.Service = _ => StubAnswer.Problem(422, "document-refused", "The service refuses the document.");
        Assert.Equal(4, (await desk.OperatorAsync("approve --all")).Code);
        desk.Core.Operators.Service = _ => StubAnswer.Problem(502, "service-unreachable", "The service cannot be reached.");
        var down = await desk.OperatorAsync("approve --all");
        Assert.Equal(3, down.Code);
        Assert.Contains("service-unreachable", down.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_list_is_signed_in_parts_that_fit_into_a_request()
    {
        desk.Core.Operators.Pending.Clear();
        for (var number = 0; number <= OperatorWords.MembersInOne; number++)
        {
            desk.Core.Operators.Pending.Add(new StubMember($"{number:D4}-{new string('m', 59)}") { Keys = alice.Keys, UserName = "" });
        }

        Assert.Equal(0, (await desk.OperatorAsync("approve --all --json")).Code);

        Assert.Equal([2_000, 1], desk.Core.Operators.Documents.Select(text => Approval.TryParse(text, out var part, out _) ? part.Members.Count : 0));
        Assert.All(desk.Core.Requests, request => Assert.True(request.Length < CoreClient.MaxAnswer));
    }

    [Fact]
    public async Task A_frozen_group_is_recovered_from_the_statement_that_the_core_has()
    {
        var group = desk.Service.Group("g1");
        group.Add(alice.Person);
        group.Rotate();
        Assert.Equal(4, (await desk.OperatorAsync("recover g1")).Code);
        Assert.Empty(desk.Core.Operators.Documents);
        desk.Core.Operators.Frozen.Add(group.Id);

        Assert.Equal(0, (await desk.OperatorAsync("recover g1")).Code);

        Assert.True(Recovery.TryParse(desk.Core.Operators.Documents.Single(), out var recovery, out var error), error);
        Assert.True(recovery.VerifiedBy(key));
        Assert.Equal((group.Id, 2UL, group.Statements[^1].Hash), (recovery.Group, recovery.Revision, recovery.StatementHash));
    }

    [Theory]
    [InlineData("operator approve --all --core http://core.example")]
    [InlineData("operator pending")]
    [InlineData("operator pending --core http://127.0.0.1:1")]
    [InlineData("operator recover ..")]
    [InlineData("operator approve --list none")]
    public async Task Wrong_words_are_usage(string words) => Assert.Equal(2, (await desk.TypeAsync(words.Split(' '))).Code);

    [Fact]
    public async Task Token_and_passphrase_stay_where_they_are()
    {
        desk.Write("pass", "another passphrase altogether\n");
        Assert.Equal(5, (await desk.OperatorAsync("approve --all")).Code);
        desk.Write("token", "another-token");
        var refused = await desk.OperatorAsync("pending");
        Assert.Equal(4, refused.Code);
        Assert.Contains("operator token", refused.Error, StringComparison.Ordinal);
        desk.Write("token", "two tokens");
        Assert.Equal(2, (await desk.OperatorAsync("pending")).Code);

        Assert.All(desk.Printed, text =>
        {
            Assert.DoesNotContain(StubCore.OperatorToken, text, StringComparison.Ordinal);
            Assert.DoesNotContain("altogether", text, StringComparison.Ordinal);
        });
    }

    private Approval Sent()
    {
        Assert.True(Approval.TryParse(desk.Core.Operators.Documents.Single(), out var approval, out var error), error);
        Assert.True(approval.VerifiedBy(key));
        Assert.True(approval.IsTimely(TimeProvider.System.GetUtcNow(), out var problem), problem);
        return approval;
    }
}
