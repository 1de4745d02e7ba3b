using System.Diagnostics;
using System.Globalization;
using EncryptionService.Benchmarks.Report;
using EncryptionService.Benchmarks.World;
using EncryptionService.Container.Tests.Setting;
using EncryptionService.Contracts.Membership;

namespace EncryptionService.Benchmarks.Container;

/// <summary>The image at the smallest size of a container app, a quarter of a core and half a gigabyte: size, start, memory, events a second, a rotation of 10,000.</summary>
/// <remarks>Ledger and keys are files on a volume: with a vault and append blobs each event waits for the network besides, which costs time and no core.</remarks>
internal static class ContainerBenchmark
{
    private const int Groups = 50;
    private const int Callers = 4;
    private const int Step = 2_000;
    private const double EventBar = 25;
    private const double PeakBar = 512;
    private const string Large = "large";

    public static async Task RunAsync(string image, bool small, Board board, CancellationToken cancellationToken)
    {
        if (!DockerEngine.IsPresent)
        {
            board.Say($"not measured: {DockerEngine.Absent}");
            return;
        }

        await MeasureSizeAsync(image, board, cancellationToken);
        await using var scene = await Scene.SetAsync(cancellationToken);
        var volume = await DockerEngine.RunAsync(cancellationToken, "volume", "create");
        try
        {
            await MeasureStartAsync(image, volume, scene, small ? 1 : 5, board, cancellationToken);
            await MeasureEventsAsync(image, volume, scene, TimeSpan.FromSeconds(small ? 6 : 60), board, cancellationToken);
            await MeasureRotationAsync(image, volume, scene, small ? 1_000 : 10_000, board, cancellationToken);
        }
        finally
        {
            await DockerEngine.RunAsync(CancellationToken.None, "volume", "rm", "--force", volume);
        }
    }

    private static async Task MeasureSizeAsync(string image, Board board, CancellationToken cancellationToken)
    {
        var bytes = await DockerEngine.RunAsync(cancellationToken, "image", "inspect", "--format", "{{.Size}}", image);
        var layers = (await DockerEngine.RunAsync(cancellationToken, "history", "--human=false", "--format", "{{.Size}}", image)).Split('\n');
        board.Add("image, unpacked", Megabytes(bytes), "MB", string.Create(CultureInfo.InvariantCulture, $"of which the base, by its layer: {Megabytes(layers[^1]):0.0}"));
    }

    private static double Megabytes(string bytes) => long.Parse(bytes, CultureInfo.InvariantCulture) / 1e6;

    private static async Task MeasureStartAsync(string image, string volume, Scene scene, int starts, Board board, CancellationToken cancellationToken)
    {
        var (first, _) = await OuterService.StartAsync(image, volume, scene, cancellationToken);
        await using (first)
        {
            board.Add("first start to ready, keys and root made", first.ReadyAfter.TotalMilliseconds, "ms", CoreTime(first));
            await scene.Receiver.Enrolled.WaitAsync(cancellationToken);
        }

        Sample ready = new(), cores = new(), idle = new();
        for (var start = 0; start < starts; start++)
        {
            var (service, _) = await OuterService.StartAsync(image, volume, scene, cancellationToken);
            await using (service)
            {
                ready.Add(service.ReadyAfter.TotalMilliseconds);
                cores.Add(service.CoreTime.TotalMilliseconds);
                await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, cancellationToken);
                idle.Add(service.Memory("VmRSS"));
            }
        }

        board.Add("start to ready", ready.Median, "ms", $"{ready.Spread}; core time {cores.Median:0} ms");
        board.Add("memory, idle (VmRSS)", idle.Median, "MB", idle.Spread);
    }

    private static async Task MeasureEventsAsync(string image, string volume, Scene scene, TimeSpan duration, Board board, CancellationToken cancellationToken)
    {
        var (service, container) = await OuterService.StartAsync(image, volume, scene, cancellationToken);
        await using var _ = service;
        var events = new EventSource();
        await service.ApplyAsync(Enumerable.Range(0, Groups).Select(index => events.Created(Name(index))), cancellationToken);
        var most = (int)(400 * duration.TotalSeconds);
        var additions = Person.Make(most, "member").Select((person, index) => events.Added(Name(index % Groups), [person])).ToList();
        var lanes = Enumerable.Range(0, Groups).Select(_ => new SemaphoreSlim(1)).ToList();
        var before = service.CoreTime;
        var begin = Stopwatch.GetTimestamp();
        var (perSecond, took) = await Load.RunAsync(Callers, duration, most, number => SendAsync(service, additions[number], lanes[number % Groups], cancellationToken), cancellationToken);
        var spent = (service.CoreTime - before).TotalSeconds / Stopwatch.GetElapsedTime(begin).TotalSeconds;
        lanes.ForEach(lane => lane.Dispose());
        board.AtLeast(EventBar, "requests of one event, answered", perSecond, "/s", string.Create(
            CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0} s, {Callers} callers, {took.Count} events; median {took.Median:0} ms, 95 % {took.Quantile(0.95):0} ms; {spent:0.00} cores"));
        board.Add("memory, most ever (VmHWM)", service.Memory("VmHWM"), "MB", $"counted by the kernel: {await container.CountedAsync(cancellationToken)}");
        await StopAsync(container, board, cancellationToken);
    }

    /// <summary>A group's events must arrive in order, whoever sends them.</summary>
    private static async Task SendAsync(OuterService service, Event entry, SemaphoreSlim lane, CancellationToken cancellationToken)
    {
        await lane.WaitAsync(cancellationToken);
        try
        {
            await service.ApplyAsync([entry], cancellationToken);
        }
        finally
        {
            lane.Release();
        }
    }

    private static async Task MeasureRotationAsync(string image, string volume, Scene scene, int members, Board board, CancellationToken cancellationToken)
    {
        var (service, container) = await OuterService.StartAsync(image, volume, scene, cancellationToken);
        await using var _ = service;
        var people = Person.Make(members, "large");
        var events = new EventSource();
        var added = scene.Receiver.ExpectAsync(members, cancellationToken);
        var begin = Stopwatch.GetTimestamp();
        await service.ApplyAsync([events.Created(Large)], cancellationToken);
        foreach (var chunk in people.Chunk(Step))
        {
            await service.ApplyAsync([events.Added(Large, chunk)], cancellationToken);
        }

        board.Add($"{members} members added, until the last post", Stopwatch.GetElapsedTime(begin, await added).TotalMilliseconds, "ms", Held(service));
        var posted = scene.Receiver.ExpectAsync(members - 1, cancellationToken);
        begin = Stopwatch.GetTimestamp();
        await service.ApplyAsync([events.Removed(Large, people[0].MemberId)], cancellationToken);
        var answered = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        board.Add($"rotation of {members}, until the last post", Stopwatch.GetElapsedTime(begin, await posted).TotalMilliseconds, "ms",
            string.Create(CultureInfo.InvariantCulture, $"{answered:0} ms until the answer"));
        board.AtMost(PeakBar, "memory, most ever (VmHWM), additions and rotation", service.Memory("VmHWM"), "MB", $"counted by the kernel: {await container.CountedAsync(cancellationToken)}");
        await StopAsync(container, board, cancellationToken);
    }

    private static async Task StopAsync(HostContainer container, Board board, CancellationToken cancellationToken)
    {
        var (code, outOfMemory, took) = await container.StopAsync(cancellationToken);
        board.AtMost(0, "exit code when stopped", code, "", string.Create(CultureInfo.InvariantCulture, $"after {took.TotalMilliseconds:0} ms{(outOfMemory ? "; KILLED FOR WANT OF MEMORY" : "")}"));
    }

    private static string Held(OuterService service) => string.Create(CultureInfo.InvariantCulture, $"{service.Memory("VmHWM"):0} MB at most so far");

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"group-{index}");

    private static string CoreTime(OuterService service) => string.Create(CultureInfo.InvariantCulture, $"core time {service.CoreTime.TotalMilliseconds:0} ms");
}
