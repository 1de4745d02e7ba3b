using System.Diagnostics;
using System.Globalization;
using EncryptionService.Container.Tests.Setting;

namespace EncryptionService.Benchmarks.World;

/// <summary>A host in a container of the smallest size, hardened as the container tests harden it. What it keeps lies on a volume.</summary>
internal sealed class HostContainer : IMeasuredHost
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(120);

    private readonly string name;
    private readonly Process process;

    private HostContainer(string name, Process process) => (this.name, this.process) = (name, process);

    /// <inheritdoc/>
    public TimeSpan ReadyAfter { get; private init; }

    /// <inheritdoc/>
    public TimeSpan CoreTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a container, and returns once it is ready.</summary>
    /// <param name="image">Its image.</param>
    /// <param name="volume">The volume at <c>/data</c>.</param>
    /// <param name="settings">Arguments of its program.</param>
    /// <param name="probe">Port of its probes.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<HostContainer> StartAsync(string image, string volume, IEnumerable<string> settings, int probe, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"benchmark-{probe}");
        using var http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{probe}")) };
        var begin = Stopwatch.GetTimestamp();
        await DockerEngine.RunAsync(cancellationToken, ["run", "--detach", "--name", name, .. Hardening.Arguments(), "--volume", $"{volume}:/data", image, .. settings]);
        while (!await HostProcess.IsReadyAsync(http, cancellationToken))
        {
            if (Stopwatch.GetElapsedTime(begin) > patience || await AskAsync(name, "{{.State.Running}}") != "true")
            {
                throw new InvalidOperationException($"{image} does not become ready: {await DockerEngine.RunAsync(CancellationToken.None, "logs", "--tail", "5", name)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }

        var ready = Stopwatch.GetElapsedTime(begin);
        var id = int.Parse(await AskAsync(name, "{{.State.Pid}}"), CultureInfo.InvariantCulture);
        return new HostContainer(name, Process.GetProcessById(id)) { ReadyAfter = ready };
    }

    /// <inheritdoc/>
    public double Memory(string name) => HostProcess.Memory(process.Id, name);

    /// <summary>What the kernel counts against the limit, in MB, without what it can drop.</summary>
    public Task<string> CountedAsync(CancellationToken cancellationToken) => DockerEngine.RunAsync(cancellationToken, "stats", "--no-stream", "--format", "{{.MemUsage}}", name);

    /// <summary>Stops it as the platform does.</summary>
    /// <returns>Its exit code, whether it was killed for want of memory, and how long that took.</returns>
    public async Task<(int Code, bool OutOfMemory, TimeSpan Took)> StopAsync(CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        await DockerEngine.RunAsync(cancellationToken, "stop", "--time", "30", name);
        var took = Stopwatch.GetElapsedTime(begin);
        var state = (await AskAsync(name, "{{.State.ExitCode}} {{.State.OOMKilled}}")).Split(' ');
        return (int.Parse(state[0], CultureInfo.InvariantCulture), state[1] == "true", took);
    }

    public async ValueTask DisposeAsync()
    {
        process.Dispose();
        await DockerEngine.RunAsync(CancellationToken.None, "rm", "--force", name);
    }

    private static Task<string> AskAsync(string name, string format) => DockerEngine.RunAsync(CancellationToken.None, "inspect", "--format", format, name);
}
