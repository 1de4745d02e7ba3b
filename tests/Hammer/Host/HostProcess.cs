using System.Diagnostics;
using System.Globalization;
using EncryptionService.Hammer.Secrets;

namespace EncryptionService.Hammer.Host;

/// <summary>One life of a host, as a child process. What it says is recorded.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    // Runs a program as "dotnet FILE" does, for instance in a container: tests/container/launch.sh.
    private const string Launcher = "ENCRYPTION_SERVICE_HAMMER_LAUNCHER";

    private readonly Process process;
    private readonly HostedProgram program;
    private readonly Task said;
    private readonly CancellationTokenSource ended = new();
    private readonly Task watched;
    private long peak;
    private volatile bool killed;

    private HostProcess(Process process, HostedProgram program, Recorder recorder, TimeProvider time)
    {
        this.process = process;
        this.program = program;
        said = Task.WhenAll(
            CopyAsync(process.StandardOutput.BaseStream, program.Way("stdout"), recorder),
            CopyAsync(process.StandardError.BaseStream, program.Way("stderr"), recorder));
        watched = WatchAsync(time);
    }

    /// <summary>True if it has ended without being killed.</summary>
    public bool EndedByItself => process.HasExited && !killed;

    /// <summary>Exit code, once it has ended.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>Most memory it ever held, in bytes.</summary>
    public long Peak => Interlocked.Read(ref peak);

    public static HostProcess Start(HostedProgram program, Recorder recorder, TimeProvider time) =>
        new(Process.Start(Launch(program)) ?? throw new InvalidOperationException($"The {program.Name} did not start."), program, recorder, time);

    /// <summary>SIGKILL: it has no chance to finish anything.</summary>
    public async Task KillAsync()
    {
        ReadPeak();
        if (!process.HasExited)
        {
            killed = true;
            process.Kill();
        }

        await process.WaitForExitAsync(CancellationToken.None);
        await EndLaunchedAsync();
        await said;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await ended.CancelAsync();
        await watched;
        ended.Dispose();
        process.Dispose();
    }

    private static ProcessStartInfo Launch(HostedProgram program, params string[] more)
    {
        var launcher = Environment.GetEnvironmentVariable(Launcher);
        var start = new ProcessStartInfo(string.IsNullOrEmpty(launcher) ? "dotnet" : launcher, [program.Program.FullName, .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = program.Folder.FullName,
        };
        foreach (var (name, value) in program.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>What a launcher ran is no child of it that dies with it.</summary>
    private async Task EndLaunchedAsync()
    {
        if (Environment.GetEnvironmentVariable(Launcher) is not { Length: > 0 })
        {
            return;
        }

        using var gone = Process.Start(Launch(program, "--gone")) ?? throw new InvalidOperationException($"The launcher of the {program.Name} did not start.");
        await gone.WaitForExitAsync(CancellationToken.None);
    }

    private static async Task CopyAsync(Stream from, string way, Recorder recorder)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, CancellationToken.None)) > 0)
        {
            recorder.Add(way, buffer.AsSpan(0, read));
        }
    }

    private async Task WatchAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250), time);
        try
        {
            do
            {
                ReadPeak();
            }
            while (await timer.WaitForNextTickAsync(ended.Token));
        }
        catch (OperationCanceledException)
        {
            // It has ended; nothing is left to watch.
        }
    }

    private void ReadPeak()
    {
        try
        {
            foreach (var line in File.ReadLines($"/proc/{process.Id}/status").Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)))
            {
                var kilobytes = long.Parse(line["VmHWM:".Length..^"kB".Length], NumberStyles.Integer, CultureInfo.InvariantCulture);
                Interlocked.Exchange(ref peak, Math.Max(Peak, kilobytes * 1024));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // It has just ended, or this system has no /proc: the figure stays what it was.
        }
    }
}
