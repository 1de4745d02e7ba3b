using System.Diagnostics;
using System.Globalization;
using EncryptionService.Benchmarks.Report;
using EncryptionService.Benchmarks.World;
using EncryptionService.Provisioning.Database;

namespace EncryptionService.Benchmarks.Provisioning;

/// <summary>Ten organizations run initial cycles at once. Nobody has accepted yet, as in life, and the services are rows only: nothing answers at their addresses.</summary>
internal static class OrganizationsBenchmark
{
    private const int Organizations = 10;
    private const int Users = 1_000;
    private const int QuickUsers = 100;
    private const int Callers = 4;
    private const double Bar = 25;

    public static Task RunAsync(Programs programs, bool quick, Board board, CancellationToken cancellationToken) =>
        Products.RunAsync(board, product => MeasureAsync(programs, product, quick ? QuickUsers : Users, board, cancellationToken));

    private static async Task MeasureAsync(Programs programs, DatabaseProvider product, int users, Board board, CancellationToken cancellationToken)
    {
        await using var core = await CoreScene.StartAsync(programs, product, [], cancellationToken);
        var idps = new List<Idp>();
        try
        {
            for (var index = 0; index < Organizations; index++)
            {
                var organization = string.Create(CultureInfo.InvariantCulture, $"organization-{index}");
                idps.Add(await core.OrganizationAsync(organization, Callers, cancellationToken));
                await core.PretendServiceAsync(organization, cancellationToken);
            }

            await WarmUpAsync(core, cancellationToken);
            var begin = Stopwatch.GetTimestamp();
            var cycles = idps.ConvertAll(idp => RunCycleAsync(new Cycle(idp, users, Callers), cancellationToken));
            await await Task.WhenAny(cycles);
            // Only while all ten run do they share the machine.
            var window = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            var rates = idps.ConvertAll(idp => idp.Requests / window);
            await Task.WhenAll(cycles);
            Show(board, product, rates, window, users, core.Process.Memory("VmHWM"));
        }
        finally
        {
            idps.ForEach(idp => idp.Dispose());
        }
    }

    private static async Task WarmUpAsync(CoreScene core, CancellationToken cancellationToken)
    {
        const string Other = "other";
        using var idp = await core.OrganizationAsync(Other, Callers, cancellationToken);
        await core.PretendServiceAsync(Other, cancellationToken);
        await RunCycleAsync(new Cycle(idp, QuickUsers, Callers), cancellationToken);
    }

    private static async Task RunCycleAsync(Cycle cycle, CancellationToken cancellationToken)
    {
        await cycle.CreateUsersAsync(cancellationToken);
        await cycle.CreateGroupsAsync(cancellationToken);
    }

    private static void Show(Board board, DatabaseProvider product, List<double> rates, double window, int users, double memory)
    {
        var name = $"{Products.NameOf(product)}: the slowest of {Organizations} organizations";
        var note = string.Create(
            CultureInfo.InvariantCulture, $"the fastest {rates.Max():0.0} /s, all together {rates.Sum():0} /s; {users} users each, {Callers} requests at once, {window:0.0} s");
        if (product == DatabaseProvider.PostgreSql)
        {
            board.AtLeast(Bar, name, rates.Min(), "/s", note);
        }
        else
        {
            board.Add(name, rates.Min(), "/s", note);
        }

        board.Add($"{Products.NameOf(product)}: memory of the core, most ever (VmHWM)", memory, "MB");
    }
}
