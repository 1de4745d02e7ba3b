using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using EncryptionService.EndToEnd.Setting;

namespace EncryptionService.Container.Tests.Setting;

/// <summary>A container that runs, hardened; both outputs are kept.</summary>
internal sealed partial class ContainerRun : IAsyncDisposable
{
    private readonly Process process;
    private readonly Lock gate = new();
    private readonly List<string> output = [];
    private readonly List<string> errors = [];

    private ContainerRun(string name, Process process) => (Name, this.process) = (name, process);

    /// <summary>Name of the container.</summary>
    public string Name { get; }

    /// <summary>Woken at every line and at the end.</summary>
    public Signal Changed { get; } = new();

    public bool HasExited => process.HasExited;

    public string Errors => Locked(() => string.Join('\n', errors));

    public IReadOnlyList<string> Output => Locked(() => output.ToList());

    /// <summary>Runs an image.</summary>
    /// <param name="image">Its name.</param>
    /// <param name="environment">Settings; they go through this process's environment, so that no list of processes shows them.</param>
    /// <param name="mounts">What lies where: <c>volume:/folder</c>.</param>
    /// <param name="words">What the program is called with.</param>
    public static ContainerRun Start(string image, IReadOnlyDictionary<string, string> environment, string[] mounts, params string[] words)
    {
        var name = $"test-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        var start = DockerEngine.Start("docker",
        [
            "run", "--name", name, .. Hardening.Arguments(), .. mounts.SelectMany(mount => new[] { "--volume", mount }),
            .. environment.Keys.SelectMany(key => new[] { "--env", key }), image, .. words,
        ]);
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        var run = new ContainerRun(name, new Process { StartInfo = start, EnableRaisingEvents = true });
        run.process.OutputDataReceived += (_, line) => run.Add(run.output, line.Data);
        run.process.ErrorDataReceived += (_, line) => run.Add(run.errors, line.Data);
        run.process.Exited += (_, _) => run.Changed.Pulse();
        run.process.Start();
        run.process.BeginOutputReadLine();
        run.process.BeginErrorReadLine();
        return run;
    }

    /// <summary>How often a log event of the house was told; the log is JSON, a line for each.</summary>
    public int Count(int eventId) => Locked(() => output.Count(line =>
        EventId().Match(line) is { Success: true } match && match.Groups[1].Value == eventId.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Waits for a log event.</summary>
    public async Task SaysAsync(int eventId, CancellationToken cancellationToken)
    {
        await Changed.UntilAsync(() => Count(eventId) > 0 || HasExited, cancellationToken);
        Assert.True(Count(eventId) > 0, $"It ended before it said {eventId}: {Errors}\n{string.Join('\n', Output.TakeLast(5))}");
    }

    /// <summary>Stops it as the platform does: SIGTERM, and SIGKILL 30 seconds later.</summary>
    /// <returns>Its exit code: 137 had it been killed.</returns>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        await DockerEngine.RunAsync(cancellationToken, "stop", "--time", "30", Name);
        return await ExitAsync(cancellationToken);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(90), cancellationToken);
        return process.ExitCode;
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => DockerEngine.RunAsync(CancellationToken.None, "kill", Name);

    public async ValueTask DisposeAsync()
    {
        await DockerEngine.RunAsync(CancellationToken.None, "rm", "--force", Name);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    [GeneratedRegex("\"EventId\":(\\d+),\"LogLevel\":\"\\w+\",\"Category\":\"EncryptionService")]
    private static partial Regex EventId();

    private void Add(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (gate)
            {
                lines.Add(line);
            }
        }

        Changed.Pulse();
    }

    private T Locked<T>(Func<T> read)
    {
        lock (gate)
        {
            return read();
        }
    }
}
