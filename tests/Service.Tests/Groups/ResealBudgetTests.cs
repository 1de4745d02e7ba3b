using EncryptionService.Service.Groups;
using EncryptionService.Service.Settings;
using EncryptionService.Service.Tests.Rooms;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;
using Xunit;

namespace EncryptionService.Service.Tests.Groups;

public sealed class ResealBudgetTests
{
    private readonly FakeTime time = new();

    [Fact]
    public void It_leaks_at_the_rate_of_its_size()
    {
        var budget = Make(60);
        Assert.True(budget.TryTake(60));
        Assert.False(budget.TryTake(1));
        time.Now += TimeSpan.FromMinutes(1);
        Assert.True(budget.TryTake(1));
        Assert.False(budget.TryTake(1));
        time.Now += TimeSpan.FromDays(3);
        Assert.True(budget.TryTake(60));
        Assert.False(budget.TryTake(1));
    }

    [Fact]
    public void What_is_given_back_may_be_taken_again_and_no_more()
    {
        var budget = Make(10);
        Assert.True(budget.TryTake(10));
        budget.GiveBack(4);
        Assert.False(budget.TryTake(5));
        Assert.True(budget.TryTake(4));
        budget.GiveBack(1_000);
        Assert.True(budget.TryTake(10));
        Assert.False(budget.TryTake(1));
    }

    [Fact]
    public void A_clock_that_goes_back_gives_nothing_away()
    {
        var budget = Make(10);
        Assert.True(budget.TryTake(10));
        time.Now -= TimeSpan.FromHours(5);
        Assert.False(budget.TryTake(1));
    }

    [Fact]
    public void A_clock_that_is_set_neither_gives_nor_takes()
    {
        var clock = new AlarmTime();
        var budget = Make(10, clock);
        Assert.True(budget.TryTake(10));
        clock.Set(TimeSpan.FromHours(5));
        Assert.False(budget.TryTake(1));
        clock.Set(TimeSpan.FromHours(-10));
        clock.Pass(TimeSpan.FromHours(1));
        Assert.True(budget.TryTake(10));
    }

    [Fact]
    public void In_no_hour_does_it_give_more_than_twice_its_size()
        => Prop.ForAll(
            (from wait in Gen.Choose(0, 30) from take in Gen.Choose(1, 60) select (wait, take)).ListOf().ToArbitrary(),
            steps =>
            {
                var budget = Make(100);
                var taken = new List<(DateTimeOffset At, int Count)>();
                foreach (var (wait, take) in steps)
                {
                    time.Now += TimeSpan.FromMinutes(wait);
                    if (budget.TryTake(take))
                    {
                        taken.Add((time.Now, take));
                    }
                }

                return taken.All(end => taken.Where(entry => entry.At <= end.At && entry.At > end.At - TimeSpan.FromHours(1)).Sum(entry => entry.Count) <= 200);
            }).QuickCheckThrowOnFailure();

    private ResealBudget Make(int size, TimeProvider? clock = null) => new(Options.Create(new ServiceOptions { ResealBudgetPerHour = size }), clock ?? time);
}
