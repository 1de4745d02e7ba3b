using EncryptionService.Contracts.Membership;
using EncryptionService.Service.Groups;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Tests.Rooms;
using Google.Protobuf;
using Xunit;

namespace EncryptionService.Service.Tests.Groups;

/// <summary>Sorter, decider and fold, without anything around them.</summary>
public sealed class FoldTests : RoomsTest
{
    private static readonly GroupState empty = GroupState.New(IdOf.Group("g1"));
    private readonly Person alice = new("alice");
    private readonly Person bob = new("bob");

    [Theory]
    [InlineData("revision skipped")]
    [InlineData("revision repeated")]
    [InlineData("no statement")]
    [InlineData("epoch repeated")]
    [InlineData("epoch back")]
    [InlineData("sequence skipped")]
    [InlineData("sequence repeated")]
    [InlineData("reseal of another epoch")]
    [InlineData("reseal repeated")]
    [InlineData("reseal skipped")]
    [InlineData("recovery that goes back")]
    [InlineData("roster change of nobody")]
    [InlineData("roster change with broken keys")]
    [InlineData("statement that is none")]
    public async Task A_record_that_does_not_fit_is_never_folded_in(string wrong)
    {
        var (state, record) = await SampleAsync();
        switch (wrong)
        {
            case "revision skipped":
                record.Revision++;
                break;
            case "revision repeated":
                record.Revision--;
                break;
            case "no statement":
                record.Statement = "";
                break;
            case "epoch repeated":
                record.Minted.Epoch--;
                break;
            case "epoch back":
                record.Minted.Epoch = 0;
                break;
            case "sequence skipped":
                record.Events[0].Sequence++;
                break;
            case "sequence repeated":
                record.Events.Add(record.Events[0].Clone());
                break;
            case "reseal of another epoch":
                record = new GroupRecord { Reseal = new Reseal { Epoch = 2, Generation = 1 } };
                break;
            case "reseal repeated":
                record = new GroupRecord { Reseal = new Reseal { Epoch = 1, Generation = 0 } };
                break;
            case "reseal skipped":
                record = new GroupRecord { Reseal = new Reseal { Epoch = 1, Generation = 2 } };
                break;
            case "recovery that goes back":
                record.Recovery = "document";
                record.Revision = state.Revision;
                break;
            case "roster change of nobody":
                record.Changes.Add(new RosterChange { MemberId = "" });
                break;
            case "roster change with broken keys":
                record.Changes.Add(new RosterChange { MemberId = "bob", Keys = new KeyRecord { Alg = "HPKE-4" } });
                break;
            default:
                record.Statement = "none";
                break;
        }

        Assert.Throws<InvalidDataException>(() => GroupFold.Apply(state, record));
    }

    [Fact]
    public async Task Nothing_follows_the_end()
    {
        var (state, record) = await SampleAsync();

        Assert.Throws<InvalidDataException>(() => GroupFold.Apply(state with { Ended = true }, record));
    }

    [Fact]
    public async Task A_snapshot_is_the_state()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice, bob));
        await TakeAsync(service, Story.Removed(bob));
        await service.ResealAsync(2, alice);
        var state = await service.StateAsync();

        var back = GroupFold.FromSnapshot(state.Id, GroupSnapshot.Parser.ParseFrom(GroupFold.ToSnapshot(state).ToByteArray()));

        Assert.Equal(state with { Roster = back.Roster, Recent = back.Recent, Earlier = back.Earlier }, back);
        Assert.Empty(back.Earlier); // a comfort of the process, not a part of the state
        Assert.Equal(state.Roster.Root, back.Roster.Root);
        Assert.Equal(state.Recent, back.Recent);
    }

    [Fact]
    public void The_sorter_tells_every_case_apart()
    {
        var story = new Story(Place.Time);
        var (created, added) = (Parsed(story.Created()), Parsed(story.Added(alice)));
        var other = created with { EventId = added.EventId };
        var far = Parsed(new Story(Place.Time) { Next = 9 }.Rotated());

        var sorted = EventSorter.Sort(empty, [added, created, created, other, added, far]);

        Assert.Equal(
            [Outcome.OutOfOrder, Outcome.Unspecified, Outcome.Duplicate, Outcome.Conflict, Outcome.Unspecified, Outcome.OutOfOrder],
            sorted.Select(entry => entry.Outcome));
        Assert.Equal(0, sorted[2].AcceptedTwin);
        Assert.All(EventSorter.Sort(empty with { FrozenBy = "x" }, [created, added]), entry => Assert.Equal(Outcome.Frozen, entry.Outcome));
        Assert.Equal(Reason.GroupUnknown, EventSorter.Sort(empty, [added with { Sequence = 1 }])[0].Reason);
        Assert.Equal(Reason.GroupDeleted, EventSorter.Sort(empty with { Revision = 1, Ended = true }, [created])[0].Reason);
    }

    [Theory]
    [InlineData("rotated without an epoch", false, 0)]
    [InlineData("removed nobody", false, 0)]
    [InlineData("added", true, 1)]
    [InlineData("added and removed", true, 0)]
    [InlineData("added and deleted", false, 0)]
    public void A_new_group_mints_with_its_first_member_only(string what, bool mints, int entered)
    {
        var story = new Story(Place.Time);
        List<GroupEvent> events = [Parsed(story.Created())];
        events.AddRange(what switch
        {
            "rotated without an epoch" => [Parsed(story.Rotated())],
            "removed nobody" => [Parsed(story.Removed(bob))],
            "added" => [Parsed(story.Added(alice))],
            "added and removed" => [Parsed(story.Added(alice)), Parsed(story.Removed(alice))],
            _ => [Parsed(story.Added(alice)), Parsed(story.Deleted())],
        });

        var decision = UnitDecider.Decide(empty, events, [Reason.Unspecified], _ => false);

        Assert.Equal((mints, entered), (decision.Mint, decision.Entered.Count));
        Assert.Equal(events.Count, decision.Events.Count);
    }

    [Fact]
    public async Task Members_with_these_keys_stay_without_a_new_epoch()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));

        var receipt = await TakeAsync(service, Story.Added(alice, bob));

        AssertMember(receipt, alice, MemberOutcome.Already);
        AssertMember(receipt, bob, MemberOutcome.Wrapped);
        Assert.Equal((1UL, 2UL), (receipt.Epoch, receipt.Revision));
        Assert.Equal(bob.Member, Assert.Single(Place.Deliveries.All[^1].Recipients).Member);
    }

    private static GroupEvent Parsed(Event entry)
    {
        Assert.True(Service.Membership.EventParser.TryParse(entry, out var parsed, out var error), error);
        return parsed;
    }

    /// <summary>A group with one member in epoch 1, and the record of a rotation that follows.</summary>
    private async Task<(GroupState State, GroupRecord Record)> SampleAsync()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        var state = await service.StateAsync();
        await TakeAsync(service, Story.Rotated());
        var history = await service.Get<GroupStore>().OpenHistoryAsync(IdOf.Group("g1"), Token);
        return (state, GroupRecord.Parser.ParseFrom((await history.ReadNewAsync(Token))[^1].Payload.Span));
    }
}
