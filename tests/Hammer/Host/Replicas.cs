using EncryptionService.Hammer.Report;
using EncryptionService.Ingress;

namespace EncryptionService.Hammer.Host;

/// <summary>The service's replicas over one ledger, behind an ingress where there are several. Callers need one of them.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private readonly ReplicaIngress? ingress;
    private readonly TimeProvider time;

    private Replicas(IReadOnlyList<Keeper> instances, ReplicaIngress? ingress, TimeProvider time)
    {
        Instances = instances;
        this.ingress = ingress;
        this.time = time;
    }

    public IReadOnlyList<Keeper> Instances { get; }

    /// <summary>True while one of them is coming back.</summary>
    public bool Recovering => Instances.Any(instance => instance.Recovering);

    /// <summary>Kills of all together.</summary>
    public int Kills => Instances.Sum(instance => instance.Kills);

    /// <summary>Starts of all together.</summary>
    public int Lives => Instances.Sum(instance => instance.Lives);

    /// <summary>Most memory that any of them held, in bytes.</summary>
    public long Peak => Instances.Max(instance => instance.Peak);

    /// <summary>Calls that came to each.</summary>
    public IReadOnlyList<int> Calls => ingress?.Taken ?? [];

    /// <summary>Starts all of them at once, and returns when all are ready.</summary>
    public static async Task<Replicas> StartAsync(ServiceSettings settings, Func<HostedProgram, Keeper> keep, FileInfo program, TimeProvider time, CancellationToken cancellationToken)
    {
        var programs = settings.Of(program).ToList();
        ReplicaIngress? ingress = null;
        if (programs.Count > 1)
        {
            ingress = await ReplicaIngress.StartAsync(settings.Address.Port, time, cancellationToken);
            foreach (var (address, replica) in settings.Doors.Zip(programs))
            {
                ingress.Add(address, replica.ReadyAddress);
            }
        }

        var replicas = new Replicas([.. programs.Select(keep)], ingress, time);
        await replicas.StartAsync(cancellationToken);
        return replicas;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Instances.Select(instance => instance.StartAsync(cancellationToken)));
        await WaitAllReadyAsync(cancellationToken);
    }

    /// <summary>Waits until all of them say that they are ready.</summary>
    public Task WaitAllReadyAsync(CancellationToken cancellationToken) => Task.WhenAll(Instances.Select(instance => instance.WaitReadyAsync(cancellationToken)));

    /// <summary>Waits until a call has somewhere to go.</summary>
    public async Task WaitReadyAsync(CancellationToken cancellationToken)
    {
        if (ingress is null)
        {
            await Instances[0].WaitReadyAsync(cancellationToken);
            return;
        }

        var began = time.GetTimestamp();
        while (ingress.Open == 0)
        {
            foreach (var instance in Instances)
            {
                instance.ThrowIfEnded();
            }

            if (time.GetElapsedTime(began) > Patience)
            {
                throw new HammerException($"No replica of the service was ready after {Patience.TotalSeconds:F0} seconds; see their output in the data folder (--keep).");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Ends all of them.</summary>
    public async Task StopAsync()
    {
        foreach (var instance in Instances)
        {
            await instance.StopAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in Instances)
        {
            await instance.DisposeAsync();
        }

        await (ingress?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
