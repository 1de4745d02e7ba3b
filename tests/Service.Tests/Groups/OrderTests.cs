using EncryptionService.Contracts.Membership;
using EncryptionService.Service.Groups;
using EncryptionService.Service.Tests.Rooms;
using Xunit;

namespace EncryptionService.Service.Tests.Groups;

/// <summary>Order and idempotency through the door (docs/spec/membership.md, section 3).</summary>
public sealed class OrderTests : RoomsTest
{
    private readonly Person alice = new("alice");
    private readonly Person bob = new("bob");

    [Fact]
    public async Task The_same_event_again_gets_the_stored_receipt_and_seals_nothing()
    {
        var service = await StartAsync();
        Event[] events = [Story.Created(), Story.Added(alice)];
        var first = await service.ApplyAsync(events);
        var delivered = Place.Deliveries.All.Count;

        var second = await service.ApplyAsync(events);

        Assert.All(second, receipt => Assert.Equal(Outcome.Duplicate, receipt.Outcome));
        AssertSame(first, second);
        Assert.Equal(delivered, Place.Deliveries.All.Count);
        Assert.Equal(1UL, (await service.StateAsync()).Revision);
    }

    [Fact]
    public async Task A_repeat_inside_one_request_is_a_duplicate()
    {
        var service = await StartAsync();
        var created = Story.Created();
        var added = Story.Added(alice);

        var receipts = await service.ApplyAsync(created, added, created, added);

        Assert.Equal([Outcome.Applied, Outcome.Applied, Outcome.Duplicate, Outcome.Duplicate], receipts.Select(receipt => receipt.Outcome));
        AssertSame([.. receipts.Take(2)], [.. receipts.Skip(2)]);
    }

    [Fact]
    public async Task A_duplicate_that_left_memory_is_found_in_the_ledger()
    {
        var service = await StartAsync(("Ledger:SegmentFrames", "5"));
        var created = Story.Created();
        var added = Story.Added(alice);
        List<Receipt> first = [await TakeAsync(service, created), await TakeAsync(service, added)];
        for (var i = 0; i < GroupState.RecentUnits + 3; i++)
        {
            await TakeAsync(service, Story.Rotated());
        }

        Assert.Null((await service.StateAsync()).FindRecent(1));
        var again = await service.ApplyAsync(created, added);
        AssertSame(first, again, nextMoved: true);
        var restarted = await StartAsync(("Ledger:SegmentFrames", "5"));
        AssertSame(first, await restarted.ApplyAsync(created, added), nextMoved: true);

        created.OccurredAt++;
        Assert.Equal(Outcome.Conflict, Assert.Single(await service.ApplyAsync(created)).Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_event_under_a_taken_number_is_a_conflict_and_changes_nothing(bool sameId)
    {
        var service = await StartAsync();
        var created = Story.Created();
        var taken = Story.Added(alice);
        await service.ApplyAsync(created, taken);
        var root = (await service.StateAsync()).Roster.Root;
        Story.Next = 2;
        var other = Story.Added(bob);
        other.EventId = sameId ? taken.EventId : other.EventId;

        var receipt = Assert.Single(await service.ApplyAsync(other));

        Assert.Equal((Outcome.Conflict, 3UL), (receipt.Outcome, receipt.NextSequence));
        Assert.Empty(receipt.Members);
        Assert.Equal(root, (await service.StateAsync()).Roster.Root);
    }

    [Fact]
    public async Task The_same_content_under_another_id_is_a_conflict()
    {
        var service = await StartAsync();
        var created = Story.Created();
        await TakeAsync(service, created);
        var other = created.Clone();
        other.EventId = Guid.CreateVersion7(Place.Time.Now).ToString();

        Assert.Equal(Outcome.Conflict, Assert.Single(await service.ApplyAsync(other)).Outcome);
    }

    [Fact]
    public async Task A_gap_is_out_of_order_and_takes_nothing()
    {
        var service = await StartAsync();
        await TakeAsync(service, Story.Created());
        Story.Next = 3;
        var early = Story.Added(alice);

        var receipt = Assert.Single(await service.ApplyAsync(early));

        Assert.Equal((Outcome.OutOfOrder, 2UL), (receipt.Outcome, receipt.NextSequence));
        Story.Next = 2;
        await TakeAsync(service, Story.Rotated());
        await TakeAsync(service, early);
    }

    [Fact]
    public async Task Nothing_is_stored_for_a_group_that_was_never_created()
    {
        var service = await StartAsync();
        var size = Place.Memory.Segments.Count;

        var receipt = Assert.Single(await service.ApplyAsync(Story.Added(alice)));

        Assert.Equal((Outcome.Rejected, Reason.GroupUnknown, 1UL), (receipt.Outcome, receipt.Reason, receipt.NextSequence));
        Assert.Equal(size, Place.Memory.Segments.Count);
        Assert.False((await service.GetGroupAsync()).Exists);
        Story.Next = 1;
        await TakeAsync(service, Story.Created());
    }

    [Fact]
    public async Task A_second_creation_is_rejected_and_takes_its_number()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        var before = await service.StateAsync();

        var receipt = Assert.Single(await service.ApplyAsync(Story.Created()));

        Assert.Equal((Outcome.Rejected, Reason.GroupExists, 4UL), (receipt.Outcome, receipt.Reason, receipt.NextSequence));
        var after = await service.StateAsync();
        Assert.Equal((before.Roster.Root, before.Epoch), (after.Roster.Root, after.Epoch));
        Assert.Empty(Parse(after.Statement).Why);
    }

    [Fact]
    public async Task A_deleted_group_is_empty_final_and_never_used_again()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        await TakeAsync(service, Story.Deleted());
        var end = await service.StateAsync();

        var receipts = await service.ApplyAsync(Story.Created(), Story.Added(alice));

        Assert.Equal([Reason.GroupDeleted, Reason.Unspecified], receipts.Select(receipt => receipt.Reason));
        Assert.Equal([Outcome.Rejected, Outcome.OutOfOrder], receipts.Select(receipt => receipt.Outcome));
        var statement = Parse(end.Statement);
        Assert.True(statement.End);
        Assert.Equal(default, statement.Roster);
        Assert.Equal(end.Statement, (await service.StateAsync()).Statement);
        Assert.True((await service.GetGroupAsync()).Deleted);
    }

    [Fact]
    public async Task A_group_that_comes_and_goes_in_one_unit_leaves_one_final_statement()
    {
        var service = await StartAsync();

        var receipts = await service.ApplyAsync(Story.Created(), Story.Added(alice), Story.Deleted(), Story.Rotated());

        Assert.Equal([Outcome.Applied, Outcome.Applied, Outcome.Applied, Outcome.Rejected], receipts.Select(receipt => receipt.Outcome));
        var state = await service.StateAsync();
        Assert.Equal((1UL, 0UL, true), (state.Revision, state.Epoch, Parse(state.Statement).End));
        Assert.Empty(Assert.Single(Place.Deliveries.All).Recipients);
    }

    [Fact]
    public async Task Receipts_come_in_the_order_of_the_events_of_all_groups()
    {
        var service = await StartAsync();
        var other = new Story(Place.Time, "g2");
        Event[] events = [Story.Created(), other.Created(), other.Added(bob), Story.Added(alice), other.Removed(bob), Story.Rotated()];

        var receipts = await service.ApplyAsync(events);

        Assert.Equal(events.Select(entry => (entry.EventId, entry.GroupId, entry.Sequence)), receipts.Select(entry => (entry.EventId, entry.GroupId, entry.Sequence)));
        Assert.All(receipts, receipt => Assert.Equal(Outcome.Applied, receipt.Outcome));
    }

    [Fact]
    public async Task Added_and_removed_in_one_unit_is_in_no_roster_and_still_makes_a_new_epoch()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));

        var receipts = await service.ApplyAsync(Story.Added(bob), Story.Removed(bob));

        Assert.All(receipts, receipt => Assert.Equal((2UL, 2UL), (receipt.Epoch, receipt.Revision)));
        Assert.Equal(["alice"], (await service.GetGroupAsync()).Roster.Select(entry => entry.MemberId));
        Assert.DoesNotContain(Place.Deliveries.All, delivery => delivery.Recipients.Any(entry => entry.Member == bob.Member));
    }

    internal static void AssertSame(IReadOnlyList<Receipt> first, IReadOnlyList<Receipt> again, bool nextMoved = false)
    {
        Assert.Equal(first.Count, again.Count);
        foreach (var (before, after) in first.Zip(again))
        {
            var expected = before.Clone();
            expected.Outcome = Outcome.Duplicate;
            if (nextMoved)
            {
                expected.NextSequence = after.NextSequence;
            }

            Assert.Equal(expected, after);
        }
    }
}
