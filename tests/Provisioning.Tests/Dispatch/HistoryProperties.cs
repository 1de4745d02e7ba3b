using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Dispatch;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.EntityFrameworkCore;
using Outcome = EncryptionService.Contracts.Membership.Outcome;

namespace EncryptionService.Provisioning.Tests.Dispatch;

/// <summary>Whatever happens on the way, and however often the core or the service is in the way of it, every history ends in the right rosters.</summary>
public sealed class HistoryProperties
{
    private const int People = 4;
    private const int Groups = 2;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>One change (kind, which group, who), what happens to the next call, and how many steps workers take.</summary>
    private static Arbitrary<Step[]> Histories(bool restores) => Arb.From(
        (from kind in Gen.Choose(0, 7)
         from @group in Gen.Choose(0, Groups - 1)
         from who in Gen.Choose(0, People - 1)
         from mischief in Gen.Choose(0, 7)
         from steps in Gen.Choose(0, 2)
             // A core that forgot what it asked does not know either which keys the service has seen: no new ones while that is so.
         select new Step(restores && kind == 5 ? 8 : kind, @group, who, (Mischief)(mischief > (int)Mischief.Nonsense ? 0 : mischief), steps)).NonEmptyListOf().Select(list => list.Take(30).ToArray()));

    [Fact]
    public void Failures_and_lost_replies_change_nothing_but_time() =>
        Prop.ForAll(Histories(restores: false), steps => HoldsAsync(DatabaseProvider.Sqlite, steps, restores: false).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    [Fact]
    public void The_same_on_PostgreSql()
    {
        Assert.SkipUnless(Setting.Databases.HasPostgreSql, Setting.Databases.Absent);
        Prop.ForAll(Histories(restores: false), steps => HoldsAsync(DatabaseProvider.PostgreSql, steps, restores: false).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(8));
    }

    [Fact]
    public void A_core_that_is_set_back_in_between_comes_to_the_right_rosters_too() =>
        Prop.ForAll(Histories(restores: true), steps => HoldsAsync(DatabaseProvider.Sqlite, steps, restores: true).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    private static async Task HoldsAsync(DatabaseProvider provider, Step[] steps, bool restores)
    {
        await using var world = await DispatchWorld.CreateAsync(provider);
        var people = await world.MembersAsync(People);
        string[] groups = [await world.GroupAsync(), await world.GroupAsync()];
        foreach (var step in steps)
        {
            await ChangeAsync(world, step, groups[step.Group], people[step.Who]);
            if (step.Mischief != Mischief.None)
            {
                world.Service.Next.Enqueue(step.Mischief);
            }

            for (var taken = 0; taken < step.Steps; taken++)
            {
                await world.StepAsync();
                world.Time.Pass(TimeSpan.FromSeconds(30));
            }
        }

        world.Service.Next.Clear();
        await world.DrainAsync();
        foreach (var group in groups)
        {
            await world.AssertSettledAsync(group);
            Assert.Equal(Enumerable.Range(1, world.Service.Group(group).Taken.Count()).Select(number => (ulong)number), world.Service.Group(group).Taken.Select(entry => entry.Sequence));
        }

        Assert.False(await world.ReadAsync(db => db.Refusals.AnyAsync(Stop)));
        if (!restores)
        {
            Assert.DoesNotContain(world.Service.Given, receipt => receipt.Outcome is Outcome.Conflict or Outcome.OutOfOrder or Outcome.Rejected);
            Assert.All(await world.ReadAsync(db => db.Events.ToListAsync(Stop)), row => Assert.True(row.State is EventState.Done or EventState.Superseded, row.Outcome));
        }
    }

    private static async Task ChangeAsync(DispatchWorld world, Step step, string group, string member)
    {
        switch (step.Kind)
        {
            case 0 or 1 or 2:
                await world.AddAsync(group, member);
                break;
            case 3 or 4:
                await world.RemoveAsync(group, member);
                break;
            case 5 when !await world.ReadAsync(db => db.Rosters.AnyAsync(row => row.MemberId == member && row.FromRevision == null, Stop)):
                await world.RekeyAsync(member);
                break;
            case 6:
                await world.RotateAsync(group);
                break;
            case 7:
                await world.Core.Get<Reconciler>().RequestAsync("acme", group, Stop);
                break;
            case 8:
                // The last events are forgotten, as after a restore; members' rows are as they are.
                await world.WriteAsync(async db =>
                {
                    var lane = await db.Lanes.SingleAsync(row => row.GroupId == group, Stop);
                    var back = Math.Max(1, lane.NextSequence - 2);
                    await db.Events.Where(row => row.GroupId == group && row.Sequence >= back).ExecuteDeleteAsync(Stop);
                    await db.Rosters.Where(row => row.GroupId == group && row.AddedSequence >= back).ExecuteDeleteAsync(Stop);
                    lane.NextSequence = back;
                });
                await world.Core.Get<Reconciler>().RequestAsync("acme", group, Stop);
                break;
            default:
                break;
        }
    }

    private sealed record Step(int Kind, int Group, int Who, Mischief Mischief, int Steps);
}
