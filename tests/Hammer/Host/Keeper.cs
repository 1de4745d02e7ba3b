using System.Net;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Secrets;

namespace EncryptionService.Hammer.Host;

/// <summary>Keeps a host running on the same ports and the same data, through all of its lives.</summary>
internal sealed class Keeper(HostedProgram program, Recorder recorder, Faults faults, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);
    private readonly HttpClient probe = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly SemaphoreSlim gate = new(1);
    private HostProcess? current;
    private long peak;
    private int lives;
    private int kills;
    private bool recovering;

    /// <summary>The host.</summary>
    public HostedProgram Program => program;

    /// <summary>True from a kill until the host has said that it is ready again.</summary>
    public bool Recovering => Volatile.Read(ref recovering);

    /// <summary>How often the host was started.</summary>
    public int Lives => Volatile.Read(ref lives);

    /// <summary>How often the host was killed.</summary>
    public int Kills => Volatile.Read(ref kills);

    /// <summary>Most memory that any life held, in bytes.</summary>
    public long Peak => Math.Max(Interlocked.Read(ref peak), current?.Peak ?? 0);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            Start();
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Kills the host and starts it again.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            // Counted first: a call that breaks must find that there was a reason.
            Volatile.Write(ref recovering, true);
            Interlocked.Increment(ref kills);
            await StopAsync();
            Start();
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Ends the host.</summary>
    public async Task StopAsync()
    {
        if (current is { } process)
        {
            current = null;
            if (process.EndedByItself)
            {
                faults.Add($"The {program.Name} ended by itself with exit code {process.ExitCode}.");
            }

            await process.KillAsync();
            Interlocked.Exchange(ref peak, Math.Max(peak, process.Peak));
            await process.DisposeAsync();
        }
    }

    /// <summary>Waits until the host says that it is ready.</summary>
    public async Task WaitReadyAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (!await IsReadyAsync(cancellationToken))
        {
            if (time.GetElapsedTime(began) > Patience)
            {
                throw new HammerException($"The {program.Name} was not ready after {Patience.TotalSeconds:F0} seconds; see its output in the data folder (--keep).");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        Volatile.Write(ref recovering, false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await (current?.DisposeAsync() ?? ValueTask.CompletedTask);
        probe.Dispose();
        gate.Dispose();
    }

    private void Start()
    {
        current = HostProcess.Start(program, recorder, time);
        Interlocked.Increment(ref lives);
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        try
        {
            using var answer = await probe.GetAsync(program.ReadyAddress, cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Nobody waits for a host that has given up.</summary>
    public void ThrowIfEnded()
    {
        try
        {
            if (current is { EndedByItself: true } process)
            {
                faults.Add($"The {program.Name} ended by itself with exit code {process.ExitCode}.");
                throw new HammerException($"The {program.Name} ended by itself with exit code {process.ExitCode}; see its output in the data folder (--keep).");
            }
        }
        catch (InvalidOperationException)
        {
            // Killed and disposed of between two looks at it: its successor is looked at next.
        }
    }
}
