using System.Diagnostics;
using System.Globalization;
using EncryptionService.Benchmarks.Report;
using EncryptionService.Benchmarks.World;
using EncryptionService.Contracts.Membership;

namespace EncryptionService.Benchmarks.Service;

/// <summary>Events and envelopes a second over gRPC, one caller, by the number of events in a request.</summary>
internal static class ThroughputBenchmark
{
    private const int Groups = 50;
    private const int Rounds = 3;

    public static async Task RunAsync(FileInfo program, Board board, CancellationToken cancellationToken)
    {
        await using var scene = await Scene.SetAsync(cancellationToken);
        await using var service = await OuterService.StartAsync(program, scene, cancellationToken);
        await scene.Receiver.Enrolled.WaitAsync(cancellationToken);
        var events = new EventSource();
        foreach (var (size, requests) in new[] { (1, 300), (100, 15), (1_000, 3) })
        {
            Sample eventRate = new(), envelopeRate = new(), coreTime = new();
            for (var round = 0; round <= Rounds; round++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"s{size}r{round}");
                await service.ApplyAsync(Enumerable.Range(0, Groups).Select(index => events.Created(Name(name, index))), cancellationToken);
                var batches = Additions(events, name, size * requests).Chunk(size).ToList();
                var before = service.CoreTime;
                var (answered, posted) = await SendAsync(service, scene, batches, cancellationToken);
                if (round == 0)
                {
                    continue; // warming up
                }

                eventRate.Add(size * requests / answered);
                envelopeRate.Add(size * requests / posted);
                coreTime.Add((service.CoreTime - before).TotalMilliseconds / (size * requests));
            }

            board.Add($"{size} events a request: events answered", eventRate.Median, "/s", eventRate.Spread);
            board.Add($"{size} events a request: envelopes posted", envelopeRate.Median, "/s", envelopeRate.Spread);
            board.Add($"{size} events a request: time of a core for an event", coreTime.Median, "ms", coreTime.Spread);
        }

        board.Add("memory, most ever (VmHWM)", service.Memory("VmHWM"), "MB");
    }

    private static string Name(string run, int index) => string.Create(CultureInfo.InvariantCulture, $"{run}g{index}");

    /// <summary>One new member with new keys in each event, over all groups in turn.</summary>
    private static List<Event> Additions(EventSource events, string run, int count)
        => [.. Person.Make(count, run).Select((person, index) => events.Added(Name(run, index % Groups), [person]))];

    private static async Task<(double Answered, double Posted)> SendAsync(OuterService service, Scene scene, List<Event[]> batches, CancellationToken cancellationToken)
    {
        var all = scene.Receiver.ExpectAsync(batches.Sum(batch => batch.Length), cancellationToken);
        var begin = Stopwatch.GetTimestamp();
        foreach (var batch in batches)
        {
            await service.ApplyAsync(batch, cancellationToken);
        }

        var answered = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return (answered, Stopwatch.GetElapsedTime(begin, await all).TotalSeconds);
    }
}
