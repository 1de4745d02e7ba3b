using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.MemberApi;
using EncryptionService.Provisioning.Tests.Journal;
using EncryptionService.Provisioning.Tests.Setting;
using EncryptionService.Provisioning.Views;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Views;

public sealed class OverviewTests
{
    private const string Organization = "acme";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Days_have_calls_events_and_times(DatabaseProvider provider)
    {
        await using var core = await LogTests.SeedAsync(provider);
        var now = core.Time.GetUtcNow();
        await core.Store.WriteAsync(
            async db =>
            {
                db.Chains.AddRange(new[] { "g1", "g2" }.Select(id => new ChainRow { GroupId = id, OrganizationId = Organization }));
                await db.SaveChangesAsync(Stop);
                foreach (var (row, index) in (await db.Events.Where(row => row.State == EventState.Done).OrderBy(row => row.Id).ToListAsync(Stop)).Select((row, index) => (row, index)))
                {
                    row.Revision = row.Sequence;
                    db.Statements.Add(new StatementRow
                    {
                        GroupId = row.GroupId,
                        Revision = row.Sequence,
                        Epoch = 1,
                        Hash = "",
                        Statement = "",
                        ReceivedAt = now,
                        EnvelopedAt = row.OccurredAt.AddSeconds(index + 1),
                    });
                }

                db.Hours.Add(new HourRow { OrganizationId = Organization, Hour = now.AddDays(-1), Reads = 2, Writes = 3, Refused = 4, Failed = 5, WrongTokens = 6 });
                db.Hours.Add(new HourRow { OrganizationId = Organization, Hour = now.AddDays(-14), Reads = 100 });
                db.Hours.Add(new HourRow { OrganizationId = "other", Hour = now, Reads = 100 });
            },
            Stop);

        var shown = await core.Get<OverviewQuery>().ReadAsync(Organization, Stop);

        Assert.Equal(OverviewQuery.Days, shown.Days.Count);
        Assert.Equal(new DateOnly(2026, 6, 1), shown.Days[^1].Day);
        Assert.Equal((1, 8, new TimesView(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), 4)), (shown.Days[^1].Reads, shown.Days[^1].Events, shown.Days[^1].Times));
        var before = shown.Days[^2];
        Assert.Equal((2, 3, 4, 5, 6, 0), (before.Reads, before.Writes, before.Refused, before.Failed, before.WrongTokens, before.Events));
        Assert.Null(before.Times);
        Assert.Equal(3, shown.Days.Sum(day => day.Reads));
        Assert.Equal((2, 2), (shown.Waiting, shown.Parked));
        Assert.Equal(new GroupCounts(2, 0, 0, 2), shown.Groups);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Keys_that_wait_are_shown_with_their_thumbprints(DatabaseProvider provider)
    {
        await using var enrolled = await EnrolledCore.CreateAsync(provider);
        var alice = await enrolled.MemberAsync("alice");
        using var group = await enrolled.GroupAsync("Sales", alice);
        await enrolled.Core.Store.WriteAsync(
            db =>
            {
                db.Refusals.Add(new RefusalRow
                {
                    GroupId = group.Group.Value,
                    MemberId = alice.Member.Value,
                    OrganizationId = Organization,
                    Reason = OperatorDocuments.Pending,
                    At = enrolled.Core.Time.GetUtcNow(),
                });
                return Task.CompletedTask;
            },
            Stop);
        var list = enrolled.Core.Get<ApprovalList>();

        var (total, lines) = await list.ReadAsync(Organization, 0, 10, Stop);

        Assert.Equal(1, total);
        var ids = alice.Secret.Public.Ids;
        Assert.Equal((alice.Member.Value, ids.Hpke.ToString(), ids.Signing.ToString(), 1, true), lines.Select(line => (line.Id, line.Hpke, line.Signing, line.Groups, line.NeedsApproval)).Single());
        Assert.Equal(0, (await list.ReadAsync("other", 0, 10, Stop)).Total);
    }
}
