using EncryptionService.Client.Tests.Setting;

namespace EncryptionService.Client.Tests;

/// <summary>Accepting an invitation when not everything goes well.</summary>
public sealed class AcceptTests : IAsyncLifetime
{
    private Desk desk = null!;

    public async ValueTask InitializeAsync() => desk = await Desk.SitAsync();

    public async ValueTask DisposeAsync() => await desk.DisposeAsync();

    [Fact]
    public async Task After_a_lost_reply_the_same_keys_are_accepted()
    {
        var link = desk.Core.Link(desk.Core.Members.Invite("alice"));
        desk.Core.Before = context =>
        {
            if (context.Request.Path == "/member/v1/acceptances")
            {
                context.Abort();
            }
        };
        Assert.Equal(3, (await desk.MemberAsync("alice", $"accept {link}")).Code);
        var registered = desk.Core.Members.ByName["alice"].Keys;
        desk.Core.Before = null;

        Assert.Equal(0, (await desk.MemberAsync("alice", $"accept {link}")).Code);

        Assert.Equal(registered, desk.Core.Members.ByName["alice"].Keys);
        Assert.Equal(0, (await desk.MemberAsync("alice", "keys")).Code);
    }

    [Fact]
    public async Task The_keys_are_in_the_file_before_the_core_hears_of_them()
    {
        var stored = false;
        desk.Core.Instead = context =>
        {
            stored |= context.Request.Path == "/member/v1/acceptances" && File.Exists(desk.PathOf("alice.json"));
            return Task.FromResult(false);
        };

        Assert.Equal(0, (await desk.MemberAsync("alice", $"accept {desk.Core.Link(desk.Core.Members.Invite("alice"))}")).Code);

        Assert.True(stored);
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_sends_nothing()
    {
        Directory.CreateDirectory(desk.PathOf("alice.json"));

        var told = await desk.MemberAsync("alice", $"accept {desk.Core.Link(desk.Core.Members.Invite("alice"))}");

        Assert.Equal(2, told.Code);
        Assert.DoesNotContain(desk.Core.Requests, request => request.Contains("acceptances", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_no_of_the_core_is_told()
    {
        var link = desk.Core.Link(desk.Core.Members.Invite("alice"));
        var unknown = await desk.MemberAsync("alice", $"accept {desk.Core.Address}/join#{new string('A', 43)}");
        Assert.Equal(4, unknown.Code);
        Assert.Contains("invitation-unknown", unknown.Error, StringComparison.Ordinal);

        desk.Core.Members.ByName["alice"].Suspended = true;
        Assert.Contains("invitation-forbidden", (await desk.MemberAsync("alice", $"accept {link}")).Error, StringComparison.Ordinal);

        desk.Core.Members.ByName["alice"].Suspended = false;
        Assert.Equal(0, (await desk.MemberAsync("alice", $"accept {link}")).Code);
        Assert.Contains("invitation-used", (await desk.MemberAsync("elsewhere", $"accept {link}")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_another_member_stays_as_it_is()
    {
        await desk.JoinAsync("alice");
        var before = await File.ReadAllTextAsync(desk.PathOf("alice.json"), TestContext.Current.CancellationToken);

        var told = await desk.MemberAsync("alice", $"accept {desk.Core.Link(desk.Core.Members.Invite("bob"))}");

        Assert.Equal(2, told.Code);
        Assert.Contains("--file", told.Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(desk.PathOf("alice.json"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Another_passphrase_is_told_and_sends_nothing()
    {
        await desk.JoinAsync("alice");
        desk.Write("pass", "another passphrase altogether\n");
        desk.Core.Requests.Clear();

        foreach (var words in new[] { "keys", "groups", "open g1", "rotate-key" })
        {
            Assert.Equal(5, (await desk.MemberAsync("alice", words)).Code);
        }

        Assert.Empty(desk.Core.Requests);
        Assert.Equal(5, (await desk.MemberAsync("alice", $"accept {desk.Core.Link(desk.Core.Members.Invite("alice"))}")).Code);
    }

    [Fact]
    public async Task A_typed_passphrase_is_typed_twice_and_long()
    {
        var link = desk.Core.Link(desk.Core.Members.Invite("alice"));
        Task<Typed> AcceptAsync(params string[] answers)
        {
            Array.ForEach(answers, desk.Prompt.Answers.Enqueue);
            return desk.TypeAsync("member", "accept", link);
        }

        Assert.Contains("not the same", (await AcceptAsync("first passphrase", "other passphrase")).Error, StringComparison.Ordinal);
        Assert.Contains("at least 12", (await AcceptAsync("short", "short")).Error, StringComparison.Ordinal);
        Assert.Contains("no terminal", (await AcceptAsync()).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await AcceptAsync("first passphrase", "first passphrase")).Code);
        Assert.True(File.Exists(Path.Combine(desk.Folder, "data", "eec", "member.json")));
    }

    [Fact]
    public async Task Secrets_are_never_printed()
    {
        var token = desk.Core.Members.Invite("alice");
        var link = desk.Core.Link(token);
        await desk.MemberAsync("alice", $"accept {link} superfluous");
        await desk.MemberAsync("alice", $"open {link} {link}");
        await desk.MemberAsync("alice", $"{link}");
        await desk.MemberAsync("alice", $"accept {link}x");
        await desk.MemberAsync("alice", $"accept {link}");
        await desk.MemberAsync("alice", $"trust {token}");
        desk.Service.Group("g1").Add(desk.Core.Members.ByName["alice"].Person);
        foreach (var words in new[] { "keys", "keys --json", "groups", "open g1", "open g1 --json", "rotate-key", "rotate-key --json" })
        {
            await desk.MemberAsync("alice", words);
        }

        Assert.All(desk.Printed, text =>
        {
            Assert.DoesNotContain(token, text, StringComparison.Ordinal);
            Assert.DoesNotContain("horse", text, StringComparison.Ordinal);
            Assert.DoesNotContain(desk.Service.Group("g1").Keys[1], text, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("member")]
    [InlineData("member open")]
    [InlineData("member open g1 --epoch x")]
    [InlineData("member open ..")]
    [InlineData("member accept nothing")]
    [InlineData("member trust nothing")]
    [InlineData("member accept http://localhost/join --suite HPKE-9")]
    [InlineData("member keys")]
    [InlineData("nothing")]
    [InlineData("")]
    public async Task Wrong_words_are_usage(string words)
    {
        var told = await desk.TypeAsync(words.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((2, ""), (told.Code, told.Out));
        Assert.NotEqual("", told.Error);
    }

    [Fact]
    public async Task A_file_that_is_none_is_told()
    {
        desk.Write("alice.json", "{}");

        var told = await desk.MemberAsync("alice", "keys");

        Assert.Equal(2, told.Code);
        Assert.Contains("alice.json cannot be used", told.Error, StringComparison.Ordinal);
    }
}
