using System.Diagnostics;
using System.Globalization;
using EncryptionService.Benchmarks.Report;
using EncryptionService.Benchmarks.World;

namespace EncryptionService.Benchmarks.Service;

/// <summary>The shipped process: how soon it is ready, and how much memory it takes, idle and for a rotation of 10,000.</summary>
internal static class ProcessBenchmark
{
    private const int Starts = 5;
    private const int Members = RotationBenchmark.Members;
    private const int Step = 2_000;
    private const double ReadyBar = 1_250;
    private const double IdleBar = 150;
    private const double PeakBar = 300;
    private const string Group = "large";

    public static async Task RunAsync(FileInfo program, Board board, CancellationToken cancellationToken)
    {
        await using var scene = await Scene.SetAsync(cancellationToken);
        await using (var first = await OuterService.StartAsync(program, scene, cancellationToken))
        {
            board.Add("first start to ready, keys and root made", first.ReadyAfter.TotalMilliseconds, "ms", CoreTime(first));
            await scene.Receiver.Enrolled.WaitAsync(cancellationToken);
        }

        Sample ready = new(), cores = new(), idle = new();
        for (var start = 0; start < Starts; start++)
        {
            await using var service = await OuterService.StartAsync(program, scene, cancellationToken);
            ready.Add(service.ReadyAfter.TotalMilliseconds);
            cores.Add(service.CoreTime.TotalMilliseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
            idle.Add(service.Memory("VmRSS"));
        }

        board.AtMost(ReadyBar, "start to ready (about a second)", ready.Median, "ms", $"{ready.Spread}; core time {cores.Median:0} ms");
        board.AtMost(IdleBar, "memory, idle (VmRSS)", idle.Median, "MB", idle.Spread);
        await MeasureRotationAsync(program, scene, board, cancellationToken);
        await using var again = await OuterService.StartAsync(program, scene, cancellationToken);
        board.Add($"start to ready with {Members} members in the ledger", again.ReadyAfter.TotalMilliseconds, "ms", CoreTime(again));
    }

    private static async Task MeasureRotationAsync(FileInfo program, Scene scene, Board board, CancellationToken cancellationToken)
    {
        await using var service = await OuterService.StartAsync(program, scene, cancellationToken);
        var people = Person.Make(Members, "member");
        var events = new EventSource();
        var added = scene.Receiver.ExpectAsync(Members, cancellationToken);
        var begin = Stopwatch.GetTimestamp();
        await service.ApplyAsync([events.Created(Group)], cancellationToken);
        foreach (var chunk in people.Chunk(Step))
        {
            await service.ApplyAsync([events.Added(Group, chunk)], cancellationToken);
        }

        var answered = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        board.Add($"{Members} members added over gRPC, until the last post", Stopwatch.GetElapsedTime(begin, await added).TotalMilliseconds, "ms",
            string.Create(CultureInfo.InvariantCulture, $"{answered:0} ms until the last answer; {service.Memory("VmHWM"):0} MB at most so far"));

        var posted = scene.Receiver.ExpectAsync(Members - 1, cancellationToken);
        begin = Stopwatch.GetTimestamp();
        await service.ApplyAsync([events.Removed(Group, people[0].MemberId)], cancellationToken);
        answered = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        board.Add($"rotation of {Members} over gRPC, until the last post", Stopwatch.GetElapsedTime(begin, await posted).TotalMilliseconds, "ms",
            string.Create(CultureInfo.InvariantCulture, $"{answered:0} ms until the answer"));
        board.AtMost(PeakBar, "memory, most ever (VmHWM), additions and rotation", service.Memory("VmHWM"), "MB");
        board.Add("memory after it (VmRSS)", service.Memory("VmRSS"), "MB");
    }

    private static string CoreTime(OuterService service) => string.Create(CultureInfo.InvariantCulture, $"core time {service.CoreTime.TotalMilliseconds:0} ms");
}
