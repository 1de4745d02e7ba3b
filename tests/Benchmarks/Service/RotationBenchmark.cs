using System.Diagnostics;
using System.Globalization;
using EncryptionService.Benchmarks.Report;
using EncryptionService.Benchmarks.Sealing;
using EncryptionService.Benchmarks.World;
using EncryptionService.Hpke;

namespace EncryptionService.Benchmarks.Service;

/// <summary>A member leaves a group of 10,000: from the call to the last post, beside the seals alone on the same cores.</summary>
internal static class RotationBenchmark
{
    public const int Members = 10_000;
    private const int Rounds = 9;
    private const int BusyRounds = 3;
    private const int AdditionsInABusyRound = 10;
    private const double Bar = 2;
    private const string Group = "large";

    public static async Task RunAsync(Board board, CancellationToken cancellationToken)
    {
        await using var service = await InnerService.StartAsync(cancellationToken);
        var people = Person.Make(Members + Rounds + BusyRounds + 1, "member");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await service.CreateAsync(Group, people, cancellationToken);
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        board.Add("memory for a member with her pin, cached", (double)held / people.Length, "B");
        var cores = Environment.ProcessorCount;
        var shares = Enumerable.Range(0, cores).Select(_ => new SealBatch(HpkeSuite.Hpke4, Members / cores)).ToArray();
        var sealers = shares.Select(_ => new HpkeSealer(HpkeSuite.Hpke4)).ToArray();
        Sample seals = new(), rotations = new(), answers = new(), ratios = new();
        for (var round = 0; round <= Rounds; round++)
        {
            var alone = new Sample();
            alone.Time(() => Parallel.For(0, cores, core => shares[core].Seal(sealers[core])));
            var (answer, posted) = await RotateAsync(service, people[^(round + 1)].MemberId, people.Length - round - 1, cancellationToken);
            if (round > 0)
            {
                seals.Add(alone.Median);
                rotations.Add(posted);
                answers.Add(answer);
                ratios.Add(posted / alone.Median);
            }
        }

        var busy = new Sample();
        for (var round = 0; round < BusyRounds; round++)
        {
            await AddMeanwhileAsync(service, people[^(Rounds + round + 2)].MemberId, people.Length - Rounds - round - 2, round, busy, cancellationToken);
        }

        Array.ForEach(sealers, sealer => sealer.Dispose());
        board.Add($"seals of {Members} alone, {cores} cores", seals.Median, "ms", seals.Spread);
        board.Add($"rotation of {Members}, until the last post", rotations.Median, "ms", rotations.Spread);
        board.Add($"rotation of {Members}, until the answer", answers.Median, "ms", answers.Spread);
        board.Add("envelopes sealed and posted", Members / rotations.Median * 1000, "/s");
        board.AtMost(Bar, "rotation over its seals alone", ratios.Median, "times", ratios.Spread);
        board.Add("meanwhile one added elsewhere, until the answer", busy.Median, "ms", busy.Spread);
    }

    private static async Task<(double Answer, double Posted)> RotateAsync(InnerService service, string leaver, int left, CancellationToken cancellationToken)
    {
        var leave = service.Events.Removed(Group, leaver);
        var posted = service.Scene.Receiver.ExpectAsync(left, cancellationToken);
        var begin = Stopwatch.GetTimestamp();
        await service.ApplyAsync(cancellationToken, leave);
        var answer = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        return (answer, Stopwatch.GetElapsedTime(begin, await posted).TotalMilliseconds);
    }

    /// <summary>What callers of other groups notice of a rotation.</summary>
    private static async Task AddMeanwhileAsync(
        InnerService service, string leaver, int left, int round, Sample busy, CancellationToken cancellationToken)
    {
        var group = string.Create(CultureInfo.InvariantCulture, $"small-{round}");
        var newcomers = Person.Make(AdditionsInABusyRound + 1, group);
        await service.CreateAsync(group, newcomers[..1], cancellationToken);
        var leave = service.Events.Removed(Group, leaver);
        var posted = service.Scene.Receiver.ExpectAsync(left + AdditionsInABusyRound, cancellationToken);
        await service.ApplyAsync(cancellationToken, leave);
        foreach (var newcomer in newcomers[1..])
        {
            var begin = Stopwatch.GetTimestamp();
            await service.ApplyAsync(cancellationToken, service.Events.Added(group, [newcomer]));
            busy.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        await posted;
    }
}
