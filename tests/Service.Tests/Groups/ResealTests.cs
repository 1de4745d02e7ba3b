using EncryptionService.Contracts.Membership;
using EncryptionService.Envelopes;
using EncryptionService.Service.Tests.Rooms;
using Grpc.Core;
using Xunit;

namespace EncryptionService.Service.Tests.Groups;

/// <summary>Envelopes of the current epoch again (docs/spec/membership.md, section 7).</summary>
public sealed class ResealTests : RoomsTest
{
    private readonly Person alice = new("alice");
    private readonly Person bob = new("bob");
    private readonly Person mallory = new("mallory");

    [Fact]
    public async Task A_reseal_holds_the_same_key_and_its_generation_counts_on_over_a_restart()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice, bob));
        using var first = await service.OpenAsync(alice);

        Assert.Equal(1UL, (await service.ResealAsync(1, alice)).Generation);
        Assert.Equal(2UL, (await service.ResealAsync(1, alice, bob)).Generation);
        var restarted = await StartAsync();
        Assert.Equal(3UL, (await restarted.ResealAsync(1, alice)).Generation);

        var delivery = Place.Deliveries.All[^1];
        Assert.Equal((3UL, false), (delivery.Generation, delivery.Mints));
        using var again = await restarted.OpenAsync(alice, await restarted.StateAsync(), delivery);
        Assert.True(again.Key!.FixedTimeEquals(first!.Key!));
        Assert.Equal(1UL, (await restarted.StateAsync()).Revision);
    }

    [Fact]
    public async Task Nobody_outside_the_roster_gets_an_envelope()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice, bob));
        await TakeAsync(service, Story.Removed(bob));

        var answer = await service.ResealAsync(2, mallory, alice, bob);

        Assert.Equal([MemberOutcome.Removed, MemberOutcome.Wrapped, MemberOutcome.Removed], answer.Members.Select(member => member.Outcome));
        Assert.Equal(alice.Member, Assert.Single(Place.Deliveries.All[^1].Recipients).Member);
        Assert.Equal(0UL, (await service.ResealAsync(2, mallory)).Generation);
    }

    [Fact]
    public async Task Keys_that_are_no_longer_pinned_get_no_envelope()
    {
        var service = await StartAsync();
        var other = new Story(Place.Time, "g2");
        await service.ApplyAsync(Story.Created(), Story.Added(alice), other.Created(), other.Added(alice));
        var next = alice.WithNewKeys();
        await TakeAsync(service, other.Rekeyed(next, alice.Keys.Sign(alice.ChangeTo(next, 1, Place.Time))));

        var answer = await service.ResealAsync(1, alice);

        Assert.Equal((MemberOutcome.Refused, Reason.KeyNotPinned), (answer.Members[0].Outcome, answer.Members[0].Reason));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Only_the_current_epoch_and_the_answer_names_it(ulong epoch)
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        await TakeAsync(service, Story.Rotated());

        var refusal = await RefusedAsync(StatusCode.FailedPrecondition, () => service.ResealAsync(epoch, alice));

        Assert.Contains("2", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(0UL, (await service.StateAsync()).Generation);
    }

    [Fact]
    public async Task Unknown_and_ended_groups_are_refused()
    {
        var service = await StartAsync();
        await RefusedAsync(StatusCode.NotFound, () => service.ResealAsync(1, alice));
        await service.ApplyAsync(Story.Created(), Story.Added(alice), Story.Deleted());

        await RefusedAsync(StatusCode.FailedPrecondition, () => service.ResealAsync(1, alice));
    }

    [Fact]
    public async Task Over_the_budget_nothing_is_sealed_until_time_has_passed()
    {
        var service = await StartAsync(("Service:ResealBudgetPerHour", "3"));
        await service.ApplyAsync(Story.Created(), Story.Added(alice, bob));
        await service.ResealAsync(1, alice, bob);
        var delivered = Place.Deliveries.All.Count;

        await RefusedAsync(StatusCode.ResourceExhausted, () => service.ResealAsync(1, alice, bob));
        Assert.Equal(delivered, Place.Deliveries.All.Count);
        await service.ResealAsync(1, alice);
        await RefusedAsync(StatusCode.ResourceExhausted, () => service.ResealAsync(1, alice));
        Place.Time.Now += TimeSpan.FromMinutes(20);

        Assert.Equal(3UL, (await service.ResealAsync(1, alice)).Generation);
    }

    [Fact]
    public async Task Two_epochs_never_share_a_key()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        var keys = new List<VaultKey>();
        for (var i = 0; i < 5; i++)
        {
            using var opened = await service.OpenAsync(alice);
            keys.Add(VaultKey.Import(opened!.Key!.Reveal()));
            await TakeAsync(service, Story.Rotated());
        }

        Assert.All(keys.SelectMany((one, index) => keys.Skip(index + 1).Select(other => one.FixedTimeEquals(other))), Assert.False);
        keys.ForEach(key => key.Dispose());
    }
}
