using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EncryptionService.Benchmarks.World;

/// <summary>A host as a process of its own, as it is shipped.</summary>
internal sealed class HostProcess : IMeasuredHost
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    private readonly Process process;

    private HostProcess(Process process) => this.process = process;

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

    /// <summary>Starts a program, and returns once it is ready.</summary>
    /// <param name="program">Its .dll.</param>
    /// <param name="settings">Its arguments.</param>
    /// <param name="log">File for what it says: read by nobody, so that reading costs nothing.</param>
    /// <param name="probe">Port of its probes.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<HostProcess> StartAsync(FileInfo program, IEnumerable<string> settings, string log, int probe, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{probe}")) };
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec dotnet \"$@\" >> \"$0\"", log, program.FullName, .. settings]);
        var begin = Stopwatch.GetTimestamp();
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program.Name} did not start.");
        while (!await IsReadyAsync(http, cancellationToken))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(begin) > patience)
            {
                throw new InvalidOperationException($"{program.Name} does not become ready.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
        }

        return new HostProcess(process) { ReadyAfter = Stopwatch.GetElapsedTime(begin) };
    }

    /// <inheritdoc/>
    public double Memory(string name) => Memory(process.Id, name);

    /// <inheritdoc cref="IMeasuredHost.Memory"/>
    public static double Memory(int id, string name)
    {
        var line = File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line[(name.Length + 1)..^"kB".Length], NumberStyles.Integer, CultureInfo.InvariantCulture) / 1024.0;
    }

    /// <summary>Two loopback ports that nobody uses.</summary>
    public static (int First, int Second) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>Whether its readiness probe answers 200.</summary>
    public static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // it does not listen yet
        }
    }
}
