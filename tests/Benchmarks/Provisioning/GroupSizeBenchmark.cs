using System.Diagnostics;
using System.Globalization;
using EncryptionService.Benchmarks.Report;
using EncryptionService.Benchmarks.World;
using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Benchmarks.Provisioning;

/// <summary>Whether adding one member costs more where a group has many: until SCIM's answer, and until the envelope that the real service makes is stored.</summary>
internal static class GroupSizeBenchmark
{
    private const int Few = 10;
    private const int Many = 10_000;
    private const int Rounds = 201;
    private const int QuickMany = 1_000;
    private const int QuickRounds = 31;
    private const int WarmRounds = 20;
    private const double Bar = 1.5;
    private const string Organization = "acme";
    private static readonly TimeSpan glance = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(10);

    public static Task RunAsync(Programs programs, bool quick, Board board, CancellationToken cancellationToken) =>
        Products.RunAsync(board, product => MeasureAsync(programs, product, quick ? QuickMany : Many, quick ? QuickRounds : Rounds, board, cancellationToken));

    private static async Task MeasureAsync(Programs programs, DatabaseProvider product, int many, int rounds, Board board, CancellationToken cancellationToken)
    {
        await using var core = await CoreScene.StartAsync(programs, product, [], cancellationToken);
        using var idp = await core.OrganizationAsync(Organization, 8, cancellationToken);
        await core.EnrolAsync(Organization, cancellationToken);
        var members = new string[many + WarmRounds + rounds];
        await Load.EachAsync(8, Enumerable.Range(0, members.Length), async index => members[index] = await idp.CreateUserAsync(UserName(index), cancellationToken), cancellationToken);
        await core.RegisterAsync(Organization, members, cancellationToken);
        var (small, large) = (await idp.CreateGroupAsync("small", cancellationToken), await idp.CreateGroupAsync("large", cancellationToken));
        await idp.AddAsync(small, members[..Few], cancellationToken);
        await idp.AddAsync(large, members[..many], cancellationToken);
        await core.UntilAsync(async db => await db.Envelopes.CountAsync(cancellationToken) >= Few + many, patience, TimeSpan.FromMilliseconds(100), cancellationToken);
        Sample little = new(), much = new(), ratios = new(), littlePosted = new(), muchPosted = new(), postedRatios = new();
        for (var round = -WarmRounds; round < rounds; round++)
        {
            var newcomer = members[many + WarmRounds + round];
            var smallFirst = round % 2 == 0;
            var first = await AddAsync(core, idp, smallFirst ? small : large, newcomer, cancellationToken);
            var second = await AddAsync(core, idp, smallFirst ? large : small, newcomer, cancellationToken);
            if (round < 0)
            {
                continue; // warming up
            }

            var (a, b) = smallFirst ? (first, second) : (second, first);
            little.Add(a.Answer);
            much.Add(b.Answer);
            ratios.Add(b.Answer / a.Answer);
            littlePosted.Add(a.Stored);
            muchPosted.Add(b.Stored);
            postedRatios.Add(b.Stored / a.Stored);
        }

        var name = Products.NameOf(product);
        board.Add($"{name}: one added to {Few}, until the answer", little.Median, "ms", $"95 of 100 within {Text(little.Quantile(0.95))} ms");
        board.Add($"{name}: one added to {many}, until the answer", much.Median, "ms", $"95 of 100 within {Text(much.Quantile(0.95))} ms");
        board.AtMost(Bar, $"{name}: ratio until the answer", ratios.Median, "times", $"{rounds} pairs; ratio of the medians {Text(much.Median / little.Median)}");
        board.Add($"{name}: one added to {Few}, until the envelope is stored", littlePosted.Median, "ms");
        board.Add($"{name}: one added to {many}, until the envelope is stored", muchPosted.Median, "ms");
        board.Add($"{name}: ratio until the envelope is stored", postedRatios.Median, "times", $"{rounds} pairs, looked at every {glance.TotalMilliseconds} ms");
    }

    private static async Task<(double Answer, double Stored)> AddAsync(CoreScene core, Idp idp, string group, string member, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        await idp.AddAsync(group, [member], cancellationToken);
        var answer = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        await core.UntilAsync(db => db.Envelopes.AnyAsync(row => row.GroupId == group && row.MemberId == member, cancellationToken), patience, glance, cancellationToken);
        var stored = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        // The service's receipt may still be on its way: it must not meet the next request.
        await core.UntilAsync(async db => !await db.Events.AnyAsync(row => row.State == EventState.Waiting, cancellationToken), patience, glance, cancellationToken);
        return (answer, stored);
    }

    private static string UserName(int index) => string.Create(CultureInfo.InvariantCulture, $"user-{index}@example.com");

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
