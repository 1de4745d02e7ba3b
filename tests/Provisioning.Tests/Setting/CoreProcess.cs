using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Tests.Setting;

/// <summary>The core as a process of its own: the built program on a fixture's data. All that it says is kept.</summary>
internal sealed class CoreProcess : IDisposable
{
    private const string Listening = "\"EventId\":1700,";

    private readonly Process process;
    private readonly Lock gate = new();
    private readonly List<string> output = [];
    private readonly List<string> errors = [];
    private readonly TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CoreProcess(Process process) => this.process = process;

    public Uri Address => address.Task.Result;

    public string Output => Joined(output);

    public string Errors => Joined(errors);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts it and returns once it listens.</summary>
    public static async Task<CoreProcess> StartAsync(CoreFixture core, string[] settings, IReadOnlyDictionary<string, string> environment)
    {
        var dll = Path.Combine(AppContext.BaseDirectory, typeof(ProvisioningHost).Assembly.GetName().Name + ".dll");
        var start = new ProcessStartInfo("dotnet", [dll, .. core.Settings, .. settings]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var started = new CoreProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        started.process.OutputDataReceived += (_, line) => started.Add(started.output, line.Data);
        started.process.ErrorDataReceived += (_, line) => started.Add(started.errors, line.Data);
        started.process.Exited += (_, _) => started.address.TrySetException(new InvalidOperationException("It ended before it listened."));
        started.process.Start();
        started.process.BeginOutputReadLine();
        started.process.BeginErrorReadLine();
        try
        {
            await started.address.Task.WaitAsync(TimeSpan.FromSeconds(60), Stop);
            return started;
        }
        catch
        {
            started.Dispose();
            throw;
        }
    }

    /// <summary>Asks it to end, waits for that, and until all that it said has been read.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(Stop);
        }

        await process.WaitForExitAsync(Stop).WaitAsync(TimeSpan.FromSeconds(60), Stop);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private void Add(List<string> lines, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (gate)
        {
            lines.Add(line);
        }

        if (line.Contains(Listening, StringComparison.Ordinal))
        {
            address.TrySetResult(new Uri((string)JsonNode.Parse(line)!["State"]!["Addresses"]!));
        }
    }

    private string Joined(List<string> lines)
    {
        lock (gate)
        {
            return string.Join('\n', lines);
        }
    }
}
