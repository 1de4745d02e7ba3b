using EncryptionService.Contracts.Membership;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Directory;

/// <summary>An organization with a service, and the events that it would get.</summary>
internal sealed class DirectoryWorld(CoreFixture core) : IAsyncDisposable
{
    public const string Organization = "acme";

    private int keys;

    public CoreFixture Core => core;

    public MemberDirectory Members { get; } = core.Get<MemberDirectory>();

    public GroupDirectory Groups { get; } = core.Get<GroupDirectory>();

    public static Actor Idp => Actor.Connection("idp");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<DirectoryWorld> CreateAsync(DatabaseProvider provider = DatabaseProvider.Sqlite)
    {
        var world = new DirectoryWorld(await CoreFixture.CreateAsync(provider));
        await world.Core.OrganizationAsync(Organization, service: true);
        return world;
    }

    public static MemberDraft Draft(string userName, bool active = true) => new(userName, null, null, active, "{}");

    public async Task<string> MemberAsync(string userName, bool withKeys = true)
    {
        var created = await Members.CreateAsync(Organization, Draft(userName), Idp, Stop);
        if (withKeys)
        {
            await RegisterAsync(created.Value!.Id);
        }

        return created.Value!.Id;
    }

    public async Task<string> GroupAsync(string name, params string[] members) =>
        (await Groups.CreateAsync(Organization, name, null, members, Idp, Stop)).Value!.Id;

    public Task<DirectoryResult<GroupRow>> ChangeAsync(string group, params MembershipChange[] changes) =>
        Groups.UpdateAsync(Organization, group, new GroupDraft(null, null, changes), Idp, Stop);

    public Task<DirectoryResult<GroupRow>> AddAsync(string group, params string[] members) => ChangeAsync(group, new MembershipChange(MembershipVerb.Add, members));

    public Task<DirectoryResult<GroupRow>> RemoveAsync(string group, params string[] members) => ChangeAsync(group, new MembershipChange(MembershipVerb.Remove, members));

    public Task<DirectoryResult<MemberRow>> SetActiveAsync(string member, bool active) =>
        Members.UpdateAsync(Organization, member, row => MemberDraft.Of(row) with { Active = active }, Idp, Stop);

    /// <summary>What acceptance does to the directory: keys, and everybody told.</summary>
    public Task RegisterAsync(string member) => core.Store.WriteAsync(
        async db =>
        {
            await core.Store.Dialect.LockMembersAsync(db, [member], share: false, Stop);
            var row = await db.Members.SingleOrDefaultAsync(row => row.Id == member, Stop);
            if (row is null)
            {
                return;
            }

            row.AcceptedAt = core.Time.GetUtcNow();
            var number = Interlocked.Increment(ref keys);
            db.MemberKeys.Add(new MemberKeysRow
            {
                MemberId = member,
                OrganizationId = Organization,
                HpkeJwk = $"hpke-{number}",
                SigningJwk = $"sig-{number}",
                Alg = "HPKE-4",
                Hpke = $"h{number}",
                Signing = $"s{number}",
                Counter = 1,
                Registration = "",
                RegisteredAt = core.Time.GetUtcNow(),
            });
            var groups = await db.GroupMembers.Where(row => row.MemberId == member).Select(row => row.GroupId).ToListAsync(Stop);
            await core.Get<EffectiveRoster>().TouchAsync(db, groups, [member], Stop);
        },
        Stop);

    /// <summary>New keys, with a change that the service has to see if it knows the old ones.</summary>
    public Task RekeyAsync(string member, bool pinned) => core.Store.WriteAsync(
        async db =>
        {
            await core.Store.Dialect.LockMembersAsync(db, [member], share: false, Stop);
            var row = await db.MemberKeys.SingleAsync(row => row.MemberId == member, Stop);
            var number = Interlocked.Increment(ref keys);
            if (pinned)
            {
                db.KeyChanges.Add(new KeyChangeRow { MemberId = member, Counter = row.Counter++, Document = "change", HpkeJwk = $"hpke-{number}", SigningJwk = $"sig-{number}" });
            }

            (row.HpkeJwk, row.SigningJwk, row.Hpke, row.Signing) = ($"hpke-{number}", $"sig-{number}", $"h{number}", $"s{number}");
            var groups = await db.GroupMembers.Where(row => row.MemberId == member).Select(row => row.GroupId).ToListAsync(Stop);
            await core.Get<EffectiveRoster>().TouchAsync(db, groups, [member], Stop);
        },
        Stop);

    /// <summary>All events of a group, in order.</summary>
    public async Task<List<Event>> EventsAsync(string group)
    {
        var rows = await core.Store.ReadAsync(db => db.Events.Where(row => row.GroupId == group).OrderBy(row => row.Sequence).ToListAsync(Stop), Stop);
        var events = rows.ConvertAll(row => Event.Parser.ParseFrom(row.Payload));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (ulong)number), events.Select(change => change.Sequence));
        Assert.Equal(rows.Select(row => (row.EventId, (ulong)row.Sequence, row.GroupId)), events.Select(change => (change.EventId, change.Sequence, change.GroupId)));
        return events;
    }

    /// <summary>The roster that a service comes to which applies these events in order; HPKE keys by member.</summary>
    public async Task<Dictionary<string, string>> ServedAsync(string group)
    {
        var roster = new Dictionary<string, string>();
        foreach (var change in await EventsAsync(group))
        {
            foreach (var member in change.MembersAdded?.Members ?? [])
            {
                Assert.True(roster.TryAdd(member.MemberId, member.Keys.HpkeJwk), "added twice");
            }

            foreach (var member in change.MembersRemoved?.MemberIds ?? [])
            {
                Assert.True(roster.Remove(member), "removed, and was not in");
            }

            if (change.MemberRekeyed is { } rekeyed && roster.ContainsKey(rekeyed.Member.MemberId))
            {
                roster[rekeyed.Member.MemberId] = rekeyed.Member.Keys.HpkeJwk;
            }
        }

        return roster;
    }

    /// <summary>The roster as the tables mean it.</summary>
    public async Task<Dictionary<string, string>> EffectiveAsync(string group) => await core.Store.ReadAsync(
        db => db.GroupMembers.Where(row => row.GroupId == group)
            .Join(db.Members.Where(member => member.Active), row => row.MemberId, member => member.Id, (row, member) => member.Id)
            .Join(db.MemberKeys, id => id, row => row.MemberId, (id, row) => row)
            .ToDictionaryAsync(row => row.MemberId, row => row.HpkeJwk, Stop),
        Stop);

    public ValueTask DisposeAsync() => core.DisposeAsync();
}
