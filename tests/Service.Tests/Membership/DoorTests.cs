using EncryptionService.Contracts.Membership;
using EncryptionService.Compliance;
using EncryptionService.Service.Membership;
using EncryptionService.Service.Tests.Rooms;
using Grpc.Core;
using Xunit;

namespace EncryptionService.Service.Tests.Membership;

/// <summary>Statuses of whole calls (docs/spec/membership.md, section 1), and what GetGroup tells.</summary>
public sealed class DoorTests : RoomsTest
{
    private readonly Person alice = new("alice");
    private readonly Person bob = new("bob");

    [Fact]
    public async Task Malformed_input_is_refused_whole_and_changes_nothing()
    {
        var service = await StartAsync();
        var bad = Story.Added(alice);
        bad.MembersAdded.Members[0].MemberId = "no id";

        var refusal = await RefusedAsync(StatusCode.InvalidArgument, () => service.ApplyAsync(new Story(Place.Time, "g2").Created(), new Story(Place.Time).Created(), bad));

        Assert.StartsWith("events[2].members_added.members[0].member_id:", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.Single(Place.Memory.Segments);
        Assert.Empty(Place.Deliveries.All);
    }

    [Theory]
    [InlineData("group_id")]
    [InlineData("max_statements")]
    [InlineData("max_members")]
    [InlineData("statement")]
    [InlineData("members_after")]
    public async Task GetGroup_names_the_malformed_field(string field)
    {
        var service = await StartAsync();
        var request = new GetGroupRequest { GroupId = "g1" };
        switch (field)
        {
            case "group_id":
                request.GroupId = "a/b";
                break;
            case "max_statements":
                request.MaxStatements = 1_001;
                break;
            case "max_members":
                request.MaxMembers = uint.MaxValue;
                break;
            case "statement":
                request.Statement = new string('a', 16_385);
                break;
            default:
                request.MembersAfter = "a b";
                break;
        }

        var refusal = await RefusedAsync(StatusCode.InvalidArgument, () => service.Get<GroupEncryptionDoor>().GetGroup(request, new FakeCall(Token)));

        Assert.StartsWith(field + ":", refusal.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("group_id")]
    [InlineData("member_ids")]
    [InlineData("member_ids[1]")]
    public async Task Reseal_names_the_malformed_field(string field)
    {
        var service = await StartAsync();
        var request = new ResealRequest { GroupId = field == "group_id" ? "" : "g1", Epoch = 1 };
        request.MemberIds.AddRange(field == "member_ids" ? [] : ["alice", field == "group_id" ? "bob" : "alice"]);

        var refusal = await RefusedAsync(StatusCode.InvalidArgument, () => service.Get<GroupEncryptionDoor>().Reseal(request, new FakeCall(Token)));

        Assert.StartsWith(field + ":", refusal.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetGroup_pages_statements_and_roster_in_order()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added([.. new[] { "b", "C", "a", "-", "c" }.Select(id => new Person(id))]));
        for (var i = 0; i < 4; i++)
        {
            await TakeAsync(service, Story.Rotated());
        }

        var request = new GetGroupRequest { GroupId = "g1", MaxStatements = 2, MaxMembers = 2 };
        var (members, revisions) = (new List<string>(), new List<ulong>());
        GetGroupResponse page;
        do
        {
            page = await service.Get<GroupEncryptionDoor>().GetGroup(request, new FakeCall(Token));
            members.AddRange(page.Roster.Select(entry => entry.MemberId));
            revisions.AddRange(page.Statements.Select(text => Parse(text).Revision));
            request.StatementsAfter = revisions[^1];
            request.MembersAfter = members[^1];
        }
        while (page.MoreStatements || page.MoreMembers);

        Assert.Equal(["-", "C", "a", "b", "c"], members);
        Assert.Equal([1UL, 2, 3, 4, 5], revisions);
        Assert.Equal((5UL, 5UL, 5UL, 7UL), (page.RosterSize, page.Revision, page.Epoch, page.NextSequence));
        request.StatementsAfter = ulong.MaxValue;
        Assert.Empty((await service.Get<GroupEncryptionDoor>().GetGroup(request, new FakeCall(Token))).Statements);
    }

    [Theory]
    [InlineData(FaultMode.Fail)]
    [InlineData(FaultMode.LoseReply)]
    public async Task A_ledger_that_fails_is_unavailable_and_sending_again_applies_once(FaultMode mode)
    {
        for (var operation = 1; operation <= 5; operation++)
        {
            using var place = new ServicePlace();
            await using var prepare = await InProcessService.StartAsync(place);
            FaultyLedger faulty = null!;
            await using var service = await InProcessService.StartAsync(place, inner => faulty = new FaultyLedger(inner));
            var story = new Story(place.Time);
            var removed = new[] { story.Created(), story.Added(alice, bob), story.Removed(bob) };
            faulty.Arm(operation, mode);
            var failures = 0;
            for (var attempt = 0; attempt < 3; attempt++)
            {
                try
                {
                    await service.ApplyAsync(removed[..2]);
                    await service.ApplyAsync(removed[2]);
                }
                catch (RpcException exception)
                {
                    Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
                    failures++;
                }
            }

            Assert.Equal(1, failures);
            var state = await service.StateAsync();
            Assert.Equal((2UL, 2UL, 4UL, 1), (state.Revision, state.Epoch, state.NextSequence, state.Roster.Count));
        }
    }

    [Fact]
    public async Task Damage_while_running_is_data_loss_and_makes_the_service_unready()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        var segment = (Service.Ledger.StreamName.ForGroup("g1"), 1);
        Place.Memory.Segments[segment][^1] ^= 1;
        var restarted = await StartAsync();

        await RefusedAsync(StatusCode.DataLoss, () => restarted.ApplyAsync(Story.Rotated()));

        Assert.True(restarted.Get<Service.Health.ServiceState>().Damaged);
        await TakeAsync(restarted, new Story(Place.Time, "g2").Created());
    }

    [Fact]
    public async Task The_service_says_who_it_is()
    {
        var service = await StartAsync();

        var card = await service.Get<GroupEncryptionDoor>().GetIdentity(new GetIdentityRequest(), new FakeCall(Token));

        Assert.Equal(("o1", "pinned", service.Ring.Keys.Certificate.Jws.Compact), (card.OrganizationId, card.TrustLevel, card.Certificate));
        Assert.Equal(service.Ring.Keys.CallKey.ToJson(), card.CallKeyJwk);
    }
}
