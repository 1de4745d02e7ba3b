using EncryptionService.EndToEnd.Setting;

namespace EncryptionService.EndToEnd;

/// <summary>The core gets another address: a deployment says so, nothing else can (docs/spec/core.md, section 1).</summary>
public sealed class CoreMovedTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deployment_with_another_address_moves_the_service_and_everything_arrives_there()
    {
        using var folder = new ServiceFolder();
        await using var old = await FakeCore.StartAsync(Token);
        await using var moved = await FakeCore.StartAsync(Token, book: old.Book);
        moved.CallKey = old.CallKey;
        using var alice = new Person("alice");
        using var bob = new Person("bob");
        var group = new GroupScript("g1");
        await using (var before = await RunningService.StartAsync(old, folder: folder))
        {
            await before.Caller.ApplyAsync(group.Create(), group.Add(alice));
            await old.Changed.UntilAsync(() => old.Book.Has("g1", 1, [alice]), Token);
        }

        var asked = old.Requests.Count;
        await using var after = await RunningService.StartAsync(moved, folder: folder);
        await after.Caller.ApplyAsync(group.Add(bob));
        await moved.Changed.UntilAsync(() => moved.Book.Has("g1", 2, [alice, bob]), Token);

        Assert.Equal(asked, old.Requests.Count);
        Assert.Equal(["/v1/organizations/o1/enrolment", "/v1/organizations/o1/groups/g1/posts"], moved.Requests.Select(request => request.Path));
        Assert.Empty(moved.Book.Complaints);
        Assert.True(Opening.Opens(moved, "g1", alice, [alice, bob]));
        Assert.True(Opening.Opens(moved, "g1", bob, [alice, bob]));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task No_answer_moves_it(int status)
    {
        using var folder = new ServiceFolder();
        await using var core = await FakeCore.StartAsync(Token);
        await using var elsewhere = await FakeCore.StartAsync(Token);
        using var alice = new Person("alice");
        using var bob = new Person("bob");
        await using var service = await RunningService.StartAsync(core, folder: folder);
        var (first, second) = (new GroupScript("g1"), new GroupScript("g2"));
        core.OnPost = _ => core.Posts.Count > 1 ? Answer.Good : Answer.Of(status) with { Location = new Uri(elsewhere.Url, "/v1/organizations/o1/groups/g1/posts") };

        await service.Caller.ApplyAsync(first.Create(), first.Add(alice));
        await service.Log.Changed.UntilAsync(() => service.Log.Has(501), Token);
        await service.Caller.ApplyAsync(second.Create(), second.Add(bob));
        await core.Changed.UntilAsync(() => core.Book.Has("g2", 1, [bob]), Token);

        Assert.Empty(elsewhere.Requests);
        Assert.Equal(2, core.Posts.Count);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(308)]
    public async Task No_answer_to_an_enrolment_moves_it(int status)
    {
        await using var core = await FakeCore.StartAsync(Token);
        await using var elsewhere = await FakeCore.StartAsync(Token);
        var first = 1;
        core.OnEnrolment = _ => Interlocked.Exchange(ref first, 0) == 0
            ? Answer.Good
            : Answer.Of(status) with { Location = new Uri(elsewhere.Url, "/v1/organizations/o1/enrolment") };

        await using var service = await RunningService.StartAsync(core);

        Assert.Equal(2, core.Requests.Count);
        Assert.Empty(elsewhere.Requests);
    }
}
