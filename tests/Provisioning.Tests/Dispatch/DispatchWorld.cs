using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Dispatch;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Dispatch;

/// <summary>A core, and the service of one of its organizations. Workers take their steps when the test says so.</summary>
internal sealed class DispatchWorld : IAsyncDisposable
{
    private int people;

    private DispatchWorld(CoreFixture core) => Core = core;

    public CoreFixture Core { get; }

    public LedgerDouble Service { get; } = new();

    public static string Organization => "acme";

    public ManualTime Time => Core.Time;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<DispatchWorld> CreateAsync(DatabaseProvider provider = DatabaseProvider.Sqlite, params string[] settings)
    {
        var world = new DispatchWorld(await CoreFixture.CreateAsync(provider, [.. settings, "--Logging:LogLevel:Default=None"]));
        await world.Service.StartAsync();
        await world.EnrolAsync(Organization, world.Service);
        return world;
    }

    public async Task EnrolAsync(string organization, LedgerDouble service)
    {
        await Core.OrganizationAsync(organization, service: true);
        await WriteAsync(db => db.Services.Where(row => row.OrganizationId == organization).ExecuteUpdateAsync(set => set.SetProperty(row => row.Address, service.Address), Stop));
    }

    /// <summary>A member with keys. Their texts are their own thumbprints here.</summary>
    public async Task<string> MemberAsync(string organization = "acme")
    {
        var member = await Core.MemberAsync(organization, $"m{people++}@acme.example");
        await WriteAsync(db =>
        {
            db.MemberKeys.Add(new MemberKeysRow
            {
                MemberId = member.Id,
                OrganizationId = organization,
                HpkeJwk = $"h{people}-1",
                SigningJwk = $"s{people}-1",
                Alg = "HPKE-4",
                Hpke = $"h{people}-1",
                Signing = $"s{people}-1",
                Counter = 1,
                Registration = "none",
                RegisteredAt = Time.GetUtcNow(),
            });
            return Task.CompletedTask;
        });
        return member.Id;
    }

    public async Task<string[]> MembersAsync(int count)
    {
        var made = new List<string>();
        for (var i = 0; i < count; i++)
        {
            made.Add(await MemberAsync());
        }

        return [.. made];
    }

    public async Task<string> GroupAsync(params string[] members) => await GroupOfAsync(Organization, members);

    public async Task<string> GroupOfAsync(string organization, params string[] members)
    {
        var made = await Core.Get<GroupDirectory>().CreateAsync(organization, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString(), null, members, Actor.System, Stop);
        Assert.Equal(DirectoryProblem.None, made.Problem);
        return made.Value!.Id;
    }

    public Task AddAsync(string group, params string[] members) => WriteAsync(async db =>
    {
        await Core.Store.Dialect.LockMembersAsync(db, members, share: true, Stop);
        var there = await db.GroupMembers.Where(row => row.GroupId == group).Select(row => row.MemberId).ToListAsync(Stop);
        db.GroupMembers.AddRange(members.Except(there).Select(member => new GroupMemberRow { GroupId = group, MemberId = member, AddedAt = Time.GetUtcNow() }));
        await Core.Get<EffectiveRoster>().TouchAsync(db, [group], members, Stop);
    });

    public Task RemoveAsync(string group, params string[] members) => WriteAsync(async db =>
    {
        await Core.Store.Dialect.LockMembersAsync(db, members, share: true, Stop);
        await db.GroupMembers.Where(row => row.GroupId == group && members.Contains(row.MemberId)).ExecuteDeleteAsync(Stop);
        await Core.Get<EffectiveRoster>().TouchAsync(db, [group], members, Stop);
    });

    /// <summary>New keys, as the member's door takes them.</summary>
    public Task RekeyAsync(string member) => WriteAsync(async db =>
    {
        await Core.Store.Dialect.LockMembersAsync(db, [member], share: false, Stop);
        var keys = await db.MemberKeys.SingleAsync(row => row.MemberId == member, Stop);
        var (hpke, signing) = (Later(keys.HpkeJwk), Later(keys.SigningJwk));
        if (keys.Pinned)
        {
            db.KeyChanges.Add(new KeyChangeRow
            {
                MemberId = member,
                Counter = keys.Counter++,
                Document = $"{keys.HpkeJwk}|{keys.SigningJwk}>{hpke}|{signing}",
                HpkeJwk = hpke,
                SigningJwk = signing,
            });
        }

        (keys.HpkeJwk, keys.Hpke, keys.SigningJwk, keys.Signing) = (hpke, hpke, signing, signing);
        var groups = await db.GroupMembers.Where(row => row.MemberId == member).Select(row => row.GroupId).ToListAsync(Stop);
        await Core.Get<EffectiveRoster>().TouchAsync(db, groups, [member], Stop);
    });

    public Task RotateAsync(string group) => WriteAsync(async db =>
    {
        var lane = await Core.Get<EffectiveRoster>().HoldAsync(db, Organization, group, Stop);
        Core.Get<EffectiveRoster>().Rotate(db, lane!);
    });

    public Task EndAsync(string group) => WriteAsync(async db =>
    {
        var roster = Core.Get<EffectiveRoster>();
        if (await roster.HoldAsync(db, Organization, group, Stop) is { } lane)
        {
            await db.GroupMembers.Where(row => row.GroupId == group).ExecuteDeleteAsync(Stop);
            await roster.EndAsync(db, lane, Stop);
        }
    });

    /// <summary>One step of a worker.</summary>
    public Task<bool> StepAsync() => Core.Get<Relay>().StepAsync(Stop);

    /// <summary>Steps, with time passing between them, until nothing waits.</summary>
    public async Task DrainAsync()
    {
        for (var round = 0; round < 200; round++)
        {
            while (await StepAsync())
            {
            }

            if (!await ReadAsync(db => db.Events.AnyAsync(row => row.State == EventState.Waiting, Stop)))
            {
                return;
            }

            Time.Pass(TimeSpan.FromMinutes(11));
        }

        Assert.Fail("Something waits for ever.");
    }

    /// <summary>The service's roster, the core's stays and the wish are the same, and no event is left.</summary>
    public async Task AssertSettledAsync(string group)
    {
        var wanted = await ReadAsync(db => db.GroupMembers.Where(row => row.GroupId == group)
            .Join(db.Members.Where(row => row.Active), row => row.MemberId, row => row.Id, (row, member) => row)
            .Join(db.MemberKeys, row => row.MemberId, row => row.MemberId, (row, keys) => $"{keys.MemberId} {keys.Hpke} {keys.Signing}").ToListAsync(Stop));
        var open = await ReadAsync(db => db.Rosters.Where(row => row.GroupId == group && row.ToRevision == null && row.RemovedSequence == null && row.FromRevision != null)
            .Select(row => $"{row.MemberId} {row.Hpke} {row.Signing}").ToListAsync(Stop));
        var unsettled = await ReadAsync(db => db.Rosters.CountAsync(row => row.GroupId == group && (row.FromRevision == null || (row.RemovedSequence != null && row.ToRevision == null)), Stop));
        var ledger = Service.Group(group).Roster.Select(pair => $"{pair.Key} {pair.Value.HpkeJwk} {pair.Value.SigningJwk}");
        Assert.Equal(wanted.Order(StringComparer.Ordinal), ledger.Order(StringComparer.Ordinal));
        Assert.Equal(wanted.Order(StringComparer.Ordinal), open.Order(StringComparer.Ordinal));
        Assert.Equal(0, unsettled);
        Assert.False(await ReadAsync(db => db.Events.AnyAsync(row => row.GroupId == group && row.State == EventState.Waiting, Stop)));
        Assert.Equal((long)Service.Group(group).NextSequence, await ReadAsync(db => db.Lanes.Where(row => row.GroupId == group).Select(row => row.NextSequence).SingleAsync(Stop)));
    }

    public Task<T> ReadAsync<T>(Func<CoreDb, Task<T>> read) => Core.Store.ReadAsync(read, Stop);

    public Task WriteAsync(Func<CoreDb, Task> write) => Core.Store.WriteAsync(write, Stop);

    public Task<ServiceRow> ServiceRowAsync(string organization = "acme") => ReadAsync(db => db.Services.SingleAsync(row => row.OrganizationId == organization, Stop));

    public Task<List<EventRow>> EventsAsync(string group) => ReadAsync(db => db.Events.Where(row => row.GroupId == group).OrderBy(row => row.Id).ToListAsync(Stop));

    public Task<ChainRow> ChainAsync(string group) => ReadAsync(db => db.Chains.SingleAsync(row => row.GroupId == group, Stop));

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Core.DisposeAsync();
    }

    private static string Later(string key)
    {
        var parts = key.Split('-');
        return $"{parts[0]}-{int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) + 1}";
    }
}
