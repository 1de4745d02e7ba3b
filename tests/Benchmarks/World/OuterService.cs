using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EncryptionService.Contracts.Membership;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EncryptionService.Benchmarks.World;

/// <summary>The service as a process of its own, as it is shipped, called over gRPC.</summary>
internal sealed class OuterService : IAsyncDisposable
{
    private const string Method = "/encryptionservice.membership.v1.GroupEncryption/Apply";
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    private readonly Scene scene;
    private readonly Process process;
    private readonly GrpcChannel channel;
    private readonly GroupEncryption.GroupEncryptionClient client;

    private OuterService(Scene scene, Process process, int port)
    {
        this.scene = scene;
        this.process = process;
        channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}", new GrpcChannelOptions { MaxReceiveMessageSize = 64 * 1024 * 1024 });
        client = new GroupEncryption.GroupEncryptionClient(channel);
    }

    /// <summary>From the start of the process to the first 200 of the readiness probe.</summary>
    public TimeSpan ReadyAfter { get; private init; }

    /// <summary>Time on all cores since the start of the process.</summary>
    public TimeSpan CoreTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it, and returns once it is ready.</summary>
    public static async Task<OuterService> StartAsync(FileInfo program, Scene scene, CancellationToken cancellationToken)
    {
        var (grpc, probe) = FreePorts();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{probe}") };
        var start = new ProcessStartInfo("dotnet", [program.FullName, .. scene.Settings(grpc, probe)]) { RedirectStandardOutput = true };
        var begin = Stopwatch.GetTimestamp();
        var process = Process.Start(start) ?? throw new InvalidOperationException("The service did not start.");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        while (!await IsReadyAsync(http, cancellationToken))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(begin) > patience)
            {
                throw new InvalidOperationException("The service does not become ready.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
        }

        return new OuterService(scene, process, grpc) { ReadyAfter = Stopwatch.GetElapsedTime(begin) };
    }

    /// <summary>One call; every receipt must say that it was applied.</summary>
    public async Task ApplyAsync(IEnumerable<Event> events, CancellationToken cancellationToken)
    {
        var request = new ApplyRequest();
        request.Events.AddRange(events);
        var token = scene.Token(await scene.Receiver.Enrolled, Method, request.ToByteArray());
        var response = await client.ApplyAsync(request, new Metadata { { "authorization", "Bearer " + token } }, cancellationToken: cancellationToken);
        foreach (var receipt in response.Receipts)
        {
            if (receipt.Outcome != Outcome.Applied || receipt.Members.Any(member => member.Outcome == MemberOutcome.Refused))
            {
                throw new InvalidDataException($"{receipt.GroupId}: {receipt.Outcome} {receipt.Reason}");
            }
        }
    }

    /// <summary>A line of /proc/PID/status, in MB: VmRSS is what it holds now, VmHWM the most it ever held.</summary>
    public double Memory(string name)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line[(name.Length + 1)..^"kB".Length], NumberStyles.Integer, CultureInfo.InvariantCulture) / 1024.0;
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellationToken)
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

    private static (int First, int Second) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
