using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Tests.Dispatch;
using EncryptionService.Provisioning.Tests.Setting;
using EncryptionService.Provisioning.Views;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Views;

/// <summary>Groups as people see them (docs/spec/journal.md, section 7).</summary>
public sealed class GroupViewTests
{
    private const string Organization = "acme";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_group_counts_its_envelopes_and_says_who_lacks_one(DatabaseProvider provider)
    {
        await using var enrolled = await EnrolledCore.CreateAsync(provider);
        var (alice, bob) = (await enrolled.MemberAsync("alice"), await enrolled.MemberAsync("bob"));
        await enrolled.Core.Get<ListingBook>().CompleteAsync(Stop);
        using var group = await enrolled.GroupAsync("Sales", alice, bob);
        await enrolled.PostAsync(group, group.Create());
        group.Add(alice, bob);
        await enrolled.PostAsync(group, group.Post(group.Head!.Jws.Compact, [alice]));
        await enrolled.AcknowledgeAsync(group);
        await CheckAsync(enrolled, due: true);
        var (list, view, id) = (enrolled.Core.Get<GroupList>(), enrolled.Core.Get<GroupView>(), group.Group.Value);

        var partly = (await view.ReadAsync(Organization, id, null, 0, 10, Stop))!;

        Assert.Equal((2, 2, 1, 1L, false), (partly.Group.Members, partly.Group.Effective, partly.Group.Envelopes, partly.Group.Epoch, partly.Group.IsComplete));
        Assert.Equal([("alice", EnvelopeState.There), ("bob", EnvelopeState.Coming)], partly.Roster.Select(line => (line.Name, line.Envelope)));
        Assert.Equal("bob", (await view.ReadAsync(Organization, id, "BOB", 0, 10, Stop))!.Roster.Single().Name);
        Assert.Equal(1, (await list.ReadAsync(Organization, GroupStanding.Open, null, 0, 10, Stop)).Total);
        Assert.Equal(0, (await list.ReadAsync(Organization, GroupStanding.Complete, null, 0, 10, Stop)).Total);

        await enrolled.PostAsync(group, group.Post(group.Head!.Jws.Compact, [bob]));
        await CheckAsync(enrolled, due: false);

        Assert.True((await list.ReadAsync(Organization, GroupStanding.Complete, "sal", 0, 10, Stop)).Groups.Single().IsComplete);
        Assert.Equal(0, (await list.ReadAsync(Organization, GroupStanding.Trouble, null, 0, 10, Stop)).Total);
        Assert.Null(await view.ReadAsync("other", id, null, 0, 10, Stop));
        Assert.Empty((await list.ReadAsync("other", GroupStanding.Any, null, 0, 10, Stop)).Groups);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_epoch_says_why_it_began(DatabaseProvider provider)
    {
        await using var world = await DispatchWorld.CreateAsync(provider);
        var people = await world.MembersAsync(3);
        var group = await world.GroupAsync(people);
        await world.DrainAsync();
        await world.RemoveAsync(group, people[0], people[1]);
        await world.DrainAsync();
        await world.Core.Get<GroupDirectory>().RotateAsync(Organization, group, "a laptop was lost", Actor.Command, Stop);
        await world.DrainAsync();
        await world.AddAsync(group, people[0]);
        await world.DrainAsync();

        var epochs = await world.ReadAsync(db => db.Epochs.Where(row => row.GroupId == group).OrderBy(row => row.Epoch).ToListAsync(Stop));

        Assert.Equal(
            [(1L, "members_added", 3, null), (2, "members_removed", 2, null), (3, "rotation_requested", 0, "a laptop was lost")],
            epochs.Select(row => (row.Epoch, row.Cause, row.Members, row.Note)));
        var shown = (await world.Core.Get<GroupView>().ReadAsync(Organization, group, null, 0, 10, Stop))!;
        Assert.Equal([3L, 2, 1], shown.Epochs.Select(epoch => epoch.Epoch));
        Assert.Equal("a laptop was lost", shown.Epochs[0].Note);
        Assert.All(await world.EventsAsync(group), row => Assert.NotNull(row.Revision));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_time_of_the_last_envelope_is_kept_with_its_statement(DatabaseProvider provider)
    {
        await using var enrolled = await EnrolledCore.CreateAsync(provider);
        var alice = await enrolled.MemberAsync("alice");
        using var group = await enrolled.GroupAsync("Sales", alice);
        await enrolled.PostAsync(group, group.Create());
        var post = group.Add(alice);
        enrolled.Core.Time.Pass(TimeSpan.FromSeconds(4));
        await enrolled.PostAsync(group, post);
        var first = enrolled.Core.Time.GetUtcNow();
        enrolled.Core.Time.Pass(TimeSpan.FromSeconds(4));
        await enrolled.PostAsync(group, post);

        Assert.Equal([null, first], await TimesAsync(enrolled));

        await enrolled.PostAsync(group, group.Post(group.Head!.Jws.Compact, [alice], generation: 1));
        Assert.Equal([null, enrolled.Core.Time.GetUtcNow()], await TimesAsync(enrolled));
    }

    private static Task<List<DateTimeOffset?>> TimesAsync(EnrolledCore enrolled) => enrolled.ReadAsync(db => db.Statements.OrderBy(row => row.Revision).Select(row => row.EnvelopedAt).ToListAsync(Stop));

    private static Task<int> CheckAsync(EnrolledCore enrolled, bool due) => enrolled.Core.Store.WriteAsync(
        db => db.Chains.ExecuteUpdateAsync(set => set.SetProperty(row => row.CheckAt, due ? enrolled.Core.Time.GetUtcNow() : (DateTimeOffset?)null), Stop), Stop);
}
