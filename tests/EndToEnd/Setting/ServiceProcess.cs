using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using EncryptionService.Service.Settings;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>The service as a process of its own: the built program, settings on its command line, both outputs kept.</summary>
internal sealed partial class ServiceProcess : IDisposable
{
    private readonly Process process;
    private readonly List<string> output = [];
    private readonly List<string> errors = [];

    private ServiceProcess(Process process) => this.process = process;

    /// <summary>Woken at every line and at the end.</summary>
    public Signal Changed { get; } = new();

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public string Output => Locked(() => string.Join('\n', output));

    public string Errors => Locked(() => string.Join('\n', errors));

    public IReadOnlyList<string> ErrorLines => Locked(() => errors.ToList());

    /// <summary>Starts the service, or another program that hosts it, with words in front of the settings.</summary>
    public static ServiceProcess Start(
        IReadOnlyDictionary<string, string> settings, string[]? words = null, string? program = null, string? crashAt = null, Signal? atEnd = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var dll = program ?? Path.Combine(AppContext.BaseDirectory, typeof(ServiceOptions).Assembly.GetName().Name + ".dll");
        var start = new ProcessStartInfo("dotnet", [dll, .. words ?? [], .. ServiceFolder.Arguments(settings)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        if (crashAt is not null)
        {
            start.Environment["CRASH_AT"] = crashAt;
        }

        var service = new ServiceProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        service.process.OutputDataReceived += (_, line) => service.Add(service.output, line.Data);
        service.process.ErrorDataReceived += (_, line) => service.Add(service.errors, line.Data);
        service.process.Exited += (_, _) =>
        {
            service.Changed.Pulse();
            atEnd?.Pulse();
        };
        service.process.Start();
        service.process.BeginOutputReadLine();
        service.process.BeginErrorReadLine();
        return service;
    }

    /// <summary>Runs to the end.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
        return process.ExitCode;
    }

    /// <summary>Waits until it is gone and all that it said has been read.</summary>
    public void WaitForEnd() => process.WaitForExit();

    /// <summary>Writes to its standard input; a process that is gone reads nothing.</summary>
    public void Send(string line)
    {
        try
        {
            process.StandardInput.WriteLine(line);
        }
        catch (IOException)
        {
            // Killed a moment ago: whoever waits for its answer sees that it has exited.
        }
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => process.Kill();

    /// <summary>Free ports: two for each service.</summary>
    public static IReadOnlyList<int> FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0)).ToList();
        try
        {
            listeners.ForEach(listener => listener.Start());
            return [.. listeners.Select(listener => ((System.Net.IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
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

    /// <summary>How often a log event was told; the log is JSON, a line for each.</summary>
    public int Count(int eventId) => Locked(() => output.Count(line => EventId().Match(line) is { Success: true } match && match.Groups[1].Value == eventId.ToString(CultureInfo.InvariantCulture)));

    [GeneratedRegex("\"EventId\":(\\d+),\"LogLevel\":\"\\w+\",\"Category\":\"EncryptionService")]
    private static partial Regex EventId();

    private void Add(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (errors)
            {
                lines.Add(line);
            }
        }

        Changed.Pulse();
    }

    private T Locked<T>(Func<T> read)
    {
        lock (errors)
        {
            return read();
        }
    }
}
