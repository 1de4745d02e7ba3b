using System.Diagnostics;
using System.Globalization;
using EncryptionService.Benchmarks.Report;
using EncryptionService.Benchmarks.World;
using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Benchmarks.Provisioning;

/// <summary>An initial cycle end to end, the real service enrolled: from the first request to the last envelope. Keys are put into the database between users and groups, as if everybody had accepted.</summary>
internal static class InitialBenchmark
{
    private const int Users = 10_000;
    private const int QuickUsers = 1_000;
    private const int Callers = 8;
    private const string Organization = "acme";
    private static readonly TimeSpan glance = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(10);

    public static Task RunAsync(Programs programs, bool quick, Board board, CancellationToken cancellationToken) =>
        Products.RunAsync(board, product => MeasureAsync(programs, product, quick ? QuickUsers : Users, board, cancellationToken));

    private static async Task MeasureAsync(Programs programs, DatabaseProvider product, int users, Board board, CancellationToken cancellationToken)
    {
        var name = Products.NameOf(product);
        await using var core = await CoreScene.StartAsync(programs, product, [], cancellationToken);
        using var idp = await core.OrganizationAsync(Organization, Callers, cancellationToken);
        var service = await core.EnrolAsync(Organization, cancellationToken);
        var cycle = new Cycle(idp, users, Callers);

        var forUsers = await cycle.CreateUsersAsync(cancellationToken);
        var userRequests = idp.Requests;
        board.Add($"{name}: {users} users", forUsers.TotalSeconds, "s", $"{Rate(userRequests, forUsers)}, {Spent(core.Process)}");
        await core.RegisterAsync(Organization, [.. cycle.Users], cancellationToken);

        var forGroups = await cycle.CreateGroupsAsync(cancellationToken);
        var last = Stopwatch.GetTimestamp();
        board.Add($"{name}: {cycle.Groups} groups with {cycle.Memberships} memberships", forGroups.TotalSeconds, "s", $"{Rate(idp.Requests - userRequests, forGroups)}, {Spent(core.Process)}");
        board.Add($"{name}: SCIM time of the cycle", (forUsers + forGroups).TotalSeconds, "s", $"{idp.Requests} requests, {Callers} at once");
        var early = await CountAsync(core, cancellationToken);

        await core.UntilAsync(async db => await db.Envelopes.CountAsync(cancellationToken) >= cycle.Memberships, patience, glance, cancellationToken);
        var lag = Stopwatch.GetElapsedTime(last);
        board.Add($"{name}: last PATCH to last envelope", lag.TotalSeconds, "s", $"{early} of {cycle.Memberships} envelopes were stored by the last PATCH");
        board.Add($"{name}: envelopes stored", cycle.Memberships / (forGroups + lag).TotalSeconds, "/s", "from the first group to the last envelope");
        board.Add($"{name}: memory of the core, most ever (VmHWM)", core.Process.Memory("VmHWM"), "MB", Spent(core.Process));
        board.Add($"{name}: memory of the service, most ever (VmHWM)", service.Memory("VmHWM"), "MB", Spent(service));
        await CheckAsync(core, cycle, cancellationToken);
    }

    private static Task<int> CountAsync(CoreScene core, CancellationToken cancellationToken) => core.Store.ReadAsync(db => db.Envelopes.CountAsync(cancellationToken), cancellationToken);

    /// <summary>A figure of a cycle that went wrong would be worth nothing.</summary>
    private static async Task CheckAsync(CoreScene core, Cycle cycle, CancellationToken cancellationToken)
    {
        await core.UntilAsync(async db => !await db.Events.AnyAsync(row => row.State == EventState.Waiting, cancellationToken), patience, glance, cancellationToken);
        var (parked, envelopes, memberships) = await core.Store.ReadAsync(
            async db => (
                await db.Events.CountAsync(row => row.State != EventState.Done, cancellationToken),
                await db.Envelopes.CountAsync(cancellationToken),
                await db.GroupMembers.CountAsync(cancellationToken)),
            cancellationToken);
        if (parked != 0 || envelopes != cycle.Memberships || memberships != cycle.Memberships)
        {
            throw new InvalidDataException($"{parked} events not done, {envelopes} envelopes, {memberships} of {cycle.Memberships} memberships.");
        }
    }

    private static string Rate(long requests, TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{requests / time.TotalSeconds:0} requests/s");

    private static string Spent(HostProcess process) => string.Create(CultureInfo.InvariantCulture, $"{process.CoreTime.TotalSeconds:0.0} s of a core so far");
}
