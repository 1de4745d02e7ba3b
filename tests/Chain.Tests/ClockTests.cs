using System.Globalization;
using System.Text.RegularExpressions;
using EncryptionService.Chain.Tests.Setting;
using EncryptionService.Envelopes;
using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Chain.Tests;

/// <summary>The service's clock and the core's differ by five minutes; a token may be one minute off (docs/spec/core.md, section 4).</summary>
public sealed partial class ClockTests
{
    private const int RefusedByService = 100;
    private const int ClocksDiffer = 522;
    private const int ClocksAgree = 523;
    private const int EnrolmentUnfit = 515;
    private const int RefusedByCore = 1201;
    private const int EnrolmentRefusedByCore = 1203;

    private static readonly TimeSpan skew = TimeSpan.FromMinutes(5);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_five_minutes_ahead_takes_events_and_what_it_posts_is_refused_until_its_clock_is_right()
    {
        await using var chain = await Setting.Chain.StartAsync();
        var ann = await chain.JoinAsync("ann");
        var bob = await chain.JoinAsync("bob");
        var group = await chain.Idp.CreateGroupAsync("Treasury");
        await chain.Idp.AddAsync(group, ann.Id);
        await chain.SettleAsync();

        chain.Clock.Shift = skew;
        await chain.Idp.AddAsync(group, bob.Id);
        await Setting.Chain.UntilAsync(() => chain.ServiceLog.Of(ClocksDiffer).Count > 0 && chain.CoreLog.Of(RefusedByCore).Count > 0, "both say that something is wrong with the clocks");
        await chain.UntilAsync(db => db.Rosters.AnyAsync(row => row.MemberId == bob.Id && row.FromRevision != null, Stop), "the event is taken");
        await chain.UntilAsync(db => db.Services.AnyAsync(row => row.Problem!.StartsWith("Clock: the service's is"), Stop), "the core shows whose clock is ahead");

        // What is said: how much, and on which side.
        var said = chain.ServiceLog.Of(ClocksDiffer)[0];
        Assert.Contains("s ahead of the core's", said, StringComparison.Ordinal);
        AssertSeconds(said);
        AssertSeconds(chain.CoreLog.Of(RefusedByCore)[0]);
        AssertSeconds(await chain.ReadAsync(db => db.Services.Select(row => row.Problem!).SingleAsync(Stop)));

        // What still works: what is there opens; the events travel. What does not: bob's envelope.
        using (var anns = await ann.OpenAsync(group))
        {
            Assert.Equal(OpenOutcome.Opened, anns.Outcome);
        }

        Assert.False(await chain.ReadAsync(db => db.Envelopes.AnyAsync(row => row.MemberId == bob.Id, Stop)));

        // A restart meanwhile: it is not enrolled anew, and says why; it serves all the same.
        await chain.StopServiceAsync();
        await chain.StartServiceAsync();
        await Setting.Chain.UntilAsync(() => chain.ServiceLog.Of(EnrolmentUnfit).Count > 0, "the service says that its enrolment has a fault");
        Assert.Contains("(status 401), most often a clock that is wrong", chain.ServiceLog.Of(EnrolmentUnfit)[0], StringComparison.Ordinal);
        AssertSeconds(chain.CoreLog.Of(EnrolmentRefusedByCore)[0]);

        chain.Clock.Shift = TimeSpan.Zero;
        await AssertWholeAsync(chain, group, ann, bob);
        await Setting.Chain.UntilAsync(() => chain.ServiceLog.Of(ClocksAgree).Count > 0, "the service says that the clocks agree");
        await chain.UntilAsync(db => db.Services.AnyAsync(row => row.Problem == null, Stop), "the core shows no problem any more");
    }

    [Fact]
    public async Task A_service_five_minutes_behind_refuses_the_cores_calls_and_takes_all_of_them_once_its_clock_is_right()
    {
        await using var chain = await Setting.Chain.StartAsync();
        var ann = await chain.JoinAsync("ann");
        var bob = await chain.JoinAsync("bob");
        var group = await chain.Idp.CreateGroupAsync("Treasury");
        await chain.Idp.AddAsync(group, ann.Id);
        await chain.SettleAsync();

        chain.Clock.Shift = -skew;
        await chain.Idp.AddAsync(group, bob.Id);
        await Setting.Chain.UntilAsync(() => chain.ServiceLog.Of(RefusedByService).Count > 0, "the service refuses");
        AssertSeconds(chain.ServiceLog.Of(RefusedByService)[0]);
        await chain.UntilAsync(db => db.Services.AnyAsync(row => row.Problem!.StartsWith("Unauthenticated: ") && row.Problem.Contains("a clock that is wrong"), Stop), "the core shows the problem");

        // What still works: the service reaches the core, and hears from its answer that the clocks differ.
        await chain.StopServiceAsync();
        await chain.StartServiceAsync();
        await Setting.Chain.UntilAsync(() => chain.ServiceLog.Of(ClocksDiffer).Count > 0, "the service compares clocks");
        var said = chain.ServiceLog.Of(ClocksDiffer)[0];
        Assert.Contains("s behind the core's", said, StringComparison.Ordinal);
        AssertSeconds(said);
        Assert.True(await chain.ReadAsync(db => db.Events.AnyAsync(row => row.State == EventState.Waiting, Stop)));

        chain.Clock.Shift = TimeSpan.Zero;
        await AssertWholeAsync(chain, group, ann, bob);
        await chain.UntilAsync(db => db.Services.AnyAsync(row => row.Problem == null, Stop), "the core shows no problem any more");
    }

    /// <summary>Nothing was lost: everything settles, and both open one key.</summary>
    private static async Task AssertWholeAsync(Setting.Chain chain, string group, Person ann, Person bob)
    {
        await chain.SettleAsync();
        Assert.False(await chain.ReadAsync(db => db.Events.AnyAsync(row => row.State == EventState.Parked, Stop)));
        using var anns = await ann.OpenAsync(group);
        using var bobs = await bob.OpenAsync(group);
        Assert.Equal((OpenOutcome.Opened, OpenOutcome.Opened), (anns.Outcome, bobs.Outcome));
        Assert.True(anns.Key!.FixedTimeEquals(bobs.Key!));
    }

    /// <summary>The line names the skew in seconds, give or take what the test itself takes.</summary>
    private static void AssertSeconds(string line)
    {
        var numbers = Number().Matches(line).Select(match => long.Parse(match.Value, CultureInfo.InvariantCulture));
        Assert.Contains(numbers, number => number is >= 240 and <= 360);
    }

    [GeneratedRegex(@"\b\d{3}\b")]
    private static partial Regex Number();
}
