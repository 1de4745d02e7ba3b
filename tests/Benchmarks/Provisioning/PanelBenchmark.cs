using System.Diagnostics;
using System.Globalization;
using EncryptionService.Benchmarks.Report;
using EncryptionService.Benchmarks.World;
using EncryptionService.Provisioning;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Journal;
using EncryptionService.Provisioning.Views;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EncryptionService.Benchmarks.Provisioning;

/// <summary>What people look at, with 10,000 members, 1,000 groups and a log at its bound: each page within 200 ms at the server, and what its queries take of that.</summary>
internal static class PanelBenchmark
{
    private const string Organization = "acme";
    private const int Rounds = 15;
    private const double PageBar = 200;

    public static Task RunAsync(DirectoryInfo? keep, bool quick, Board board, CancellationToken cancellationToken) =>
        Products.RunAsync(board, product => MeasureAsync(product, keep, quick ? 10 : 1, board, cancellationToken));

    private static async Task MeasureAsync(DatabaseProvider product, DirectoryInfo? keep, int part, Board board, CancellationToken cancellationToken)
    {
        var folder = keep is not null && product == DatabaseProvider.Sqlite ? keep : Directory.CreateTempSubdirectory("encryption-service-benchmark-");
        await using (var database = await CoreDatabase.CreateAsync(product, folder.FullName))
        await using (var core = ProvisioningHost.Build([.. database.Settings, $"--Provisioning:KeysPath={Path.Combine(folder.FullName, "keys")}"], serves: false))
        {
            await core.Services.MigrateAsync(cancellationToken);
            var seed = new PanelSeed(core.Services.GetRequiredService<CoreStore>(), Organization, 10_000 / part, 1_000 / part, TimeProvider.System.GetUtcNow());
            var begin = Stopwatch.GetTimestamp();
            await seed.RunAsync(cancellationToken);
            if (product == DatabaseProvider.PostgreSql)
            {
                // What the server does by itself, only not within the minute.
                await core.Services.GetRequiredService<CoreStore>().ReadAsync(db => db.Database.ExecuteSqlAsync($"ANALYZE", cancellationToken), cancellationToken);
            }

            board.Say(string.Create(CultureInfo.InvariantCulture, $"{Products.NameOf(product)}: {seed.Calls} calls; seeded in {Stopwatch.GetElapsedTime(begin).TotalSeconds:0} s"));
            foreach (var (name, query) in Queries(core.Services, cancellationToken))
            {
                await MeasureAsync(null, $"{Products.NameOf(product)}: {name}", query, board);
            }

            var session = await seed.SignInAsync(cancellationToken);
            if (folder == keep)
            {
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, "session"), session, cancellationToken);
            }

            await MeasurePagesAsync(product, [.. database.Settings, $"--Provisioning:KeysPath={Path.Combine(folder.FullName, "keys")}"], session, board, cancellationToken);
        }

        if (folder != keep)
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Whole pages, as a browser gets them over loopback.</summary>
    private static async Task MeasurePagesAsync(DatabaseProvider product, string[] settings, string session, Board board, CancellationToken cancellationToken)
    {
        string[] paths =
        [
            "/admin", "/admin/members", "/admin/members?p=200", "/admin/members?q=lovel", "/admin/members?state=waiting", $"/admin/members/{PanelSeed.MemberId(0)}", "/admin/groups", "/admin/groups?standing=open",
            $"/admin/groups/{PanelSeed.GroupId(500)}", $"/admin/groups/{PanelSeed.GroupId(0)}", $"/admin/groups/{PanelSeed.GroupId(0)}?p=200", "/admin/approvals", "/admin/log", "/admin/log?kind=all", "/admin/log?q=nowhere",
            "/admin/log?outcome=refused", "/admin/log/parked",
        ];
        var (port, _) = HostProcess.FreePorts();
        var address = new Uri($"http://127.0.0.1:{port}");
        await using var host = ProvisioningHost.Build([.. settings, $"--Provisioning:Port={port}", "--Provisioning:LoopbackOnly=true", $"--Provisioning:PublicUrl={address}"], services =>
        {
            services.AddLogging(logging => logging.ClearProviders());
            foreach (var work in services.Where(CoreScene.IsOwnWork).ToList())
            {
                services.Remove(work);
            }
        });
        await host.StartAsync(cancellationToken);
        using var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Add("Cookie", $"session={session}");
        foreach (var path in paths)
        {
            await MeasureAsync(PageBar, $"{Products.NameOf(product)}: page {path}", async () =>
            {
                using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
                var page = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken);
                if (!page.Contains("Sign out", StringComparison.Ordinal))
                {
                    throw new InvalidDataException($"{path} is not a page of the panel.");
                }
            }, board);
        }

        await host.StopAsync(cancellationToken);
    }

    private static IEnumerable<(string Name, Func<Task> Query)> Queries(IServiceProvider rooms, CancellationToken token)
    {
        var (members, member) = (rooms.GetRequiredService<MemberList>(), rooms.GetRequiredService<MemberView>());
        var (groups, group) = (rooms.GetRequiredService<GroupList>(), rooms.GetRequiredService<GroupView>());
        var (log, overview, approvals) = (rooms.GetRequiredService<LogQuery>(), rooms.GetRequiredService<OverviewQuery>(), rooms.GetRequiredService<ApprovalList>());
        yield return ("overview", () => overview.ReadAsync(Organization, token));
        yield return ("members by state", () => members.CountAsync(Organization, token));
        yield return ("members, first page", () => members.ReadAsync(Organization, new MemberFilter(), 0, 50, token));
        yield return ("members, last page", () => members.ReadAsync(Organization, new MemberFilter(), 9_950, 50, token));
        yield return ("members, active, middle", () => members.ReadAsync(Organization, new MemberFilter(MemberState.Active), 4_000, 50, token));
        yield return ("members, waiting", () => members.ReadAsync(Organization, new MemberFilter(Waiting: true), 0, 50, token));
        yield return ("members, 'lovel'", () => members.ReadAsync(Organization, new MemberFilter(Text: "lovel"), 0, 50, token));
        yield return ("members, nothing found", () => members.ReadAsync(Organization, new MemberFilter(Text: "nobody at all"), 0, 50, token));
        yield return ("a member", () => member.ReadAsync(Organization, PanelSeed.MemberId(0), token));
        yield return ("groups, first page", () => groups.ReadAsync(Organization, GroupStanding.Any, null, 0, 50, token));
        yield return ("groups, last page", () => groups.ReadAsync(Organization, GroupStanding.Any, null, 950, 50, token));
        yield return ("groups, complete", () => groups.ReadAsync(Organization, GroupStanding.Complete, null, 0, 50, token));
        yield return ("groups, open", () => groups.ReadAsync(Organization, GroupStanding.Open, null, 0, 50, token));
        yield return ("a group of 30", () => group.ReadAsync(Organization, PanelSeed.GroupId(500), null, 0, 50, token));
        yield return ("a group of everybody", () => group.ReadAsync(Organization, PanelSeed.GroupId(0), null, 0, 50, token));
        yield return ("a group of everybody, last page", () => group.ReadAsync(Organization, PanelSeed.GroupId(0), null, 9_950, 50, token));
        yield return ("a group of everybody, 'lovel'", () => group.ReadAsync(Organization, PanelSeed.GroupId(0), "lovel", 0, 50, token));
        yield return ("keys that wait", () => approvals.ReadAsync(Organization, 0, 50, token));
        var now = TimeProvider.System.GetUtcNow();
        yield return ("log, changes", () => log.ReadAsync(Organization, new LogFilter(), null, 50, token));
        yield return ("log, all, two weeks ago", () => log.ReadAsync(Organization, new LogFilter(LogKind.All), new LogCursor(now.AddDays(-14), false, 1), 50, token));
        yield return ("log, failed", () => log.ReadAsync(Organization, new LogFilter(Outcome: LogOutcome.Failed), null, 50, token));
        yield return ("log, failed, none in the range", () => log.ReadAsync(Organization, new LogFilter(Outcome: LogOutcome.Failed, From: now.AddDays(-29), To: now.AddDays(-28.99)), null, 50, token));
        yield return ("log, waiting", () => log.ReadAsync(Organization, new LogFilter(Outcome: LogOutcome.Waiting), null, 50, token));
        yield return ("log, another connection", () => log.ReadAsync(Organization, new LogFilter(LogKind.All, Connection: "none"), null, 50, token));
        yield return ("log, groups only, none", () => log.ReadAsync(Organization, new LogFilter(LogKind.Groups), null, 50, token));
        yield return ("log, text", () => log.ReadAsync(Organization, new LogFilter(LogKind.All, Text: "user123"), null, 50, token));
        yield return ("log, text found nowhere", () => log.ReadAsync(Organization, new LogFilter(LogKind.All, Text: "nowhere"), null, 50, token));
        yield return ("parked events", () => log.ParkedAsync(Organization, 0, 50, token));
    }

    private static async Task MeasureAsync(double? bar, string name, Func<Task> query, Board board)
    {
        var begin = Stopwatch.GetTimestamp();
        await query();
        var cold = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        var sample = new Sample();
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            await query();
            sample.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        var note = string.Create(CultureInfo.InvariantCulture, $"the slowest of {Rounds} {sample.Quantile(1):0.0} ms, the first {cold:0} ms");
        if (bar is { } most)
        {
            board.AtMost(most, name, sample.Median, "ms", note);
        }
        else
        {
            board.Add(name, sample.Median, "ms", note);
        }
    }
}
