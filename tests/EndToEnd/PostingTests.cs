using System.Net;
using EncryptionService.Contracts.Membership;
using EncryptionService.EndToEnd.Setting;
using Microsoft.Extensions.DependencyInjection;

namespace EncryptionService.EndToEnd;

/// <summary>How posts behave in every mood of the core (docs/spec/core.md, section 3). The clock leaps: no test waits for a back-off.</summary>
public sealed class PostingTests
{
    private const int Attempts = 4;
    private const int LongestWait = 10_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(nameof(Mood.Status), 500)]
    [InlineData(nameof(Mood.Status), 503)]
    [InlineData(nameof(Mood.Status), 408)]
    [InlineData(nameof(Mood.Status), 429)]
    [InlineData(nameof(Mood.HangsUp), 0)]
    [InlineData(nameof(Mood.Silent), 0)]
    public async Task A_post_is_tried_again_with_a_wait_before_each_attempt(string mood, int status)
    {
        var failures = Attempts - 1;
        await using var core = await FakeCore.StartAsync(Token);
        core.OnPost = _ => Interlocked.Decrement(ref failures) >= 0 ? new Answer(Enum.Parse<Mood>(mood), status) : Answer.Good;
        var time = Clock(mood);
        await using var service = await StartAsync(core, time);
        using var alice = new Person("alice");

        await AddAsync(service, "g1", alice);
        await core.Changed.UntilAsync(() => core.Book.Has("g1", 1, [alice]), Token);

        Assert.Equal(Attempts, core.Posts.Count);
        Assert.Single(core.Posts.Select(post => Convert.ToHexString(post.Body)).Distinct());
        Assert.Equal(Attempts - 1, time.Waits.Count);
        Assert.All(time.Waits, wait => Assert.InRange(wait, TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(LongestWait)));
        Assert.Empty(core.Book.Complaints);
    }

    [Theory]
    [InlineData(nameof(Mood.Status), 500)]
    [InlineData(nameof(Mood.HangsUp), 0)]
    [InlineData(nameof(Mood.Talkative), 0)]
    public async Task A_core_that_stays_away_is_given_up_and_what_it_lacks_comes_with_Reseal(string mood, int status)
    {
        await using var core = await FakeCore.StartAsync(Token);
        core.OnPost = _ => new Answer(Enum.Parse<Mood>(mood), status);
        await using var service = await StartAsync(core, Clock(mood));
        using var alice = new Person("alice");
        using var meters = new Meters(service);

        await AddAsync(service, "g1", alice);
        await service.Log.Changed.UntilAsync(() => service.Log.Has(502), Token);
        Assert.Equal(Attempts, core.Posts.Count);
        Assert.Equal(1, meters["eec.posts{outcome=GaveUp}"]);
        Assert.Equal(Attempts - 1, meters["eec.post.failures"]);
        Assert.Equal(HttpStatusCode.OK, (await service.ProbeAsync("ready")).Status);

        core.OnPost = _ => Answer.Good;
        var group = await service.Caller.GetGroupAsync(new GetGroupRequest { GroupId = "g1" });
        core.Book.TakeStatement("g1", Assert.Single(group.Statements));
        var reseal = await service.Caller.ResealAsync(new ResealRequest { GroupId = "g1", Epoch = group.Epoch, MemberIds = { "alice" } });
        Assert.Equal(1UL, reseal.Generation);
        await core.Changed.UntilAsync(() => core.Book.Has("g1", 1, [alice]), Token);
        Assert.True(Opening.Opens(core, "g1", alice, [alice]));
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(86_400, LongestWait / 1000)]
    public async Task Retry_After_is_honoured_up_to_the_longest_wait(int asked, int waited)
    {
        var first = 1;
        await using var core = await FakeCore.StartAsync(Token);
        core.OnPost = _ => Interlocked.Exchange(ref first, 0) == 1 ? Answer.Of(429, asked) : Answer.Good;
        var time = Clock("");
        await using var service = await StartAsync(core, time);
        using var alice = new Person("alice");

        await AddAsync(service, "g1", alice);
        await core.Changed.UntilAsync(() => core.Book.Has("g1", 1, [alice]), Token);

        Assert.Equal([TimeSpan.FromSeconds(waited)], time.Waits);
    }

    [Theory]
    [InlineData(400, 501, "Refused")]
    [InlineData(401, 501, "Refused")]
    [InlineData(403, 501, "Refused")]
    [InlineData(404, 501, "Refused")]
    [InlineData(413, 501, "Refused")]
    [InlineData(422, 501, "Refused")]
    [InlineData(307, 501, "Refused")]
    [InlineData(409, 500, "Gap")]
    public async Task A_post_that_the_core_refuses_is_dropped_and_counted_and_never_tried_again(int status, int logged, string outcome)
    {
        await using var core = await FakeCore.StartAsync(Token);
        core.OnPost = request => core.Posts.Count > 1 ? Answer.Good : status == 307 ? new Answer(Mood.Redirects) : Answer.Of(status);
        var time = Clock("");
        await using var service = await StartAsync(core, time);
        using var alice = new Person("alice");
        using var bob = new Person("bob");
        using var meters = new Meters(service);

        await AddAsync(service, "g1", alice);
        await service.Log.Changed.UntilAsync(() => service.Log.Has(logged), Token);
        await AddAsync(service, "g2", bob);
        await core.Changed.UntilAsync(() => core.Book.Has("g2", 1, [bob]), Token);

        Assert.Equal(["/v1/organizations/o1/groups/g1/posts", "/v1/organizations/o1/groups/g2/posts"], core.Posts.Select(post => post.Path));
        Assert.Empty(time.Waits);
        Assert.Equal(1, meters[$"eec.posts{{outcome={outcome}}}"]);
        Assert.Equal(0, meters["eec.post.failures"]);
    }

    [Fact]
    public async Task The_circuit_opens_for_a_core_that_is_down_and_closes_when_it_is_back()
    {
        const int Down = 30; // requests; the circuit opens after 20
        await using var core = await FakeCore.StartAsync(Token);
        core.OnPost = _ => core.Posts.Count <= Down ? Answer.Of(500) : Answer.Good;
        var time = Clock("");
        await using var service = await StartAsync(core, time, settings =>
        {
            settings["Posting:MaxAttempts"] = "100";
            settings["Posting:BaseDelayMilliseconds"] = "1";
            settings["Posting:MaxDelayMilliseconds"] = "1";
            settings["Posting:BreakMilliseconds"] = "77000";
            settings["Posting:Lanes"] = "1";
        });
        using var alice = new Person("alice");

        await AddAsync(service, "g1", alice);
        await core.Changed.UntilAsync(() => core.Book.Has("g1", 1, [alice]), Token);
        var broken = time.Waits.Count(wait => wait > TimeSpan.FromSeconds(60));
        Assert.InRange(broken, 1, Down);
        Assert.Equal(Down + 1, core.Posts.Count);

        var waits = time.Waits.Count;
        await AddAsync(service, "g2", alice);
        await core.Changed.UntilAsync(() => core.Book.Has("g2", 1, [alice]), Token);
        Assert.Equal(waits, time.Waits.Count);
    }

    [Fact]
    public async Task A_full_queue_drops_the_oldest_deliveries_counts_them_and_Reseal_brings_them()
    {
        await using var core = await FakeCore.StartAsync(Token);
        core.OnPost = _ => new Answer(Mood.Waits);
        await using var service = await StartAsync(core, Clock(""), settings =>
        {
            settings["Posting:QueueLength"] = "2";
            settings["Posting:Lanes"] = "1";
        });
        using var alice = new Person("alice");
        using var meters = new Meters(service);

        await AddAsync(service, "g0", alice);
        await core.Changed.UntilAsync(() => core.Posts.Count == 1, Token); // the lane is busy with g0
        foreach (var group in (string[])["g1", "g2", "g3", "g4", "g5"])
        {
            await AddAsync(service, group, alice);
        }

        Assert.Equal(3, meters["eec.deliveries.dropped"]);
        Assert.Equal(3, service.Log.Count(400));
        Assert.Equal(HttpStatusCode.OK, (await service.ProbeAsync("ready")).Status);
        core.Release();
        await core.Changed.UntilAsync(() => core.Book.Has("g5", 1, [alice]), Token);
        Assert.Equal(["g0", "g4", "g5"], core.Posts.Select(post => post.Path.Split('/')[^2]));

        var group1 = await service.Caller.GetGroupAsync(new GetGroupRequest { GroupId = "g1" });
        await service.Caller.ResealAsync(new ResealRequest { GroupId = "g1", Epoch = group1.Epoch, MemberIds = { "alice" } });
        await core.Changed.UntilAsync(() => core.Book.Has("g1", 1, [alice]), Token);
        Assert.True(Opening.Opens(core, "g1", alice, [alice]));
    }

    [Fact]
    public async Task The_meter_tells_events_envelopes_posts_durations_and_the_size_of_the_ledger()
    {
        await using var core = await FakeCore.StartAsync(Token);
        await using var service = await StartAsync(core, Clock(""));
        using var alice = new Person("alice");
        using var bob = new Person("bob");
        using var meters = new Meters(service);
        var group = new GroupScript("g1");

        var first = new[] { group.Create(), group.Add(alice, bob) };
        await service.Caller.ApplyAsync(first);
        await service.Caller.ApplyAsync(first);
        await service.Caller.ApplyAsync(group.Remove(bob));
        await core.Changed.UntilAsync(() => core.Book.Has("g1", 2, [alice]), Token);
        await meters.Changed.UntilAsync(() => meters["eec.envelopes"] > 2, Token);

        Assert.Equal(3, meters["eec.events{outcome=Applied}"]);
        Assert.Equal(2, meters["eec.events{outcome=Duplicate}"]);
        Assert.Equal(2, meters["eec.units"]);
        Assert.Equal(2, meters["eec.epochs"]);
        Assert.Equal(3, meters["eec.envelopes"]);
        Assert.Equal(2, meters["eec.posts{outcome=Stored}"]);
        Assert.Equal(2, meters["eec.post.duration"]);
        Assert.Equal(3, meters["eec.call.duration{method=Apply,status=OK}"]);
        Assert.Equal(Directory.GetFiles(service.Ledger, "*.seg", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), meters["eec.ledger.size"]);
    }

    private static LeapingTime Clock(string mood) => new(TimeSpan.FromMilliseconds(TimeOut(mood)));

    /// <summary>Only a silent core is waited for; otherwise a time-out would be a fault of the test.</summary>
    private static int TimeOut(string mood) => mood == nameof(Mood.Silent) ? 250 : 59_000;

    private static Task<RunningService> StartAsync(FakeCore core, LeapingTime time, Action<Dictionary<string, string>>? configure = null)
        => RunningService.StartAsync(
            core,
            settings =>
            {
                settings["Posting:MaxAttempts"] = Attempts.ToString(System.Globalization.CultureInfo.InvariantCulture);
                settings["Posting:MaxDelayMilliseconds"] = LongestWait.ToString(System.Globalization.CultureInfo.InvariantCulture);
                settings["Posting:AttemptTimeoutMilliseconds"] = time.Real[0].TotalMilliseconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
                configure?.Invoke(settings);
            },
            services => services.AddSingleton<TimeProvider>(time));

    private static async Task AddAsync(RunningService service, string id, Person person)
    {
        var group = new GroupScript(id);
        var receipts = await service.Caller.ApplyAsync(group.Create(), group.Add(person));
        Assert.All(receipts, receipt => Assert.Equal(Outcome.Applied, receipt.Outcome));
    }
}
