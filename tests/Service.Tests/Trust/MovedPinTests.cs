using EncryptionService.Service.Tests.Rooms;
using Xunit;

namespace EncryptionService.Service.Tests.Trust;

/// <summary>A pin that moved on in one group counts in all (docs/spec/membership.md, section 5).</summary>
public sealed class MovedPinTests : RoomsTest
{
    [Fact]
    public async Task A_key_whose_pin_moved_on_in_another_group_gets_no_new_epoch()
    {
        var alice = new Person("alice");
        var bob = new Person("bob");
        var service = await StartAsync();
        var other = new Story(Place.Time, "g2");
        await service.ApplyAsync(Story.Created(), Story.Added(alice, bob), other.Created(), other.Added(alice, bob));
        var next = alice.WithNewKeys();
        await TakeAsync(service, other.Rekeyed(next, alice.Keys.Sign(alice.ChangeTo(next, 1, Place.Time))));

        // The core keeps the change from the first group, and asks for a new epoch there.
        await TakeAsync(service, Story.Rotated());

        Assert.Equal(2UL, (await service.StateAsync()).Epoch);
        using var none = await service.OpenAsync(alice);
        Assert.Null(none);
        using var opened = await service.OpenAsync(bob);
        Assert.NotNull(opened!.Key);
    }
}
