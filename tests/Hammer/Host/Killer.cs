using System.Security.Cryptography;

namespace EncryptionService.Hammer.Host;

/// <summary>Kills the hosts in turn (one may have several turns), at random moments: on average every so many seconds, and at once where a run would otherwise end with too few.</summary>
internal sealed class Killer(IReadOnlyList<Keeper> hosts, TimeSpan average, TimeProvider time) : IDisposable
{
    /// <summary>Fewest kills of a run.</summary>
    public const int Fewest = 20;

    private const int OneInSoManyDiesWhileStarting = 5;
    private readonly SemaphoreSlim due = new(0);
    private int asked;
    private long request = TimeSpan.TicksPerMillisecond * 20;

    /// <summary>Kills of all hosts together.</summary>
    public int Kills => hosts.Distinct().Sum(host => host.Kills);

    /// <summary>Tells how long a request takes, so that the moments fall into requests as well as between them.</summary>
    public void Observe(TimeSpan latency) => Interlocked.Exchange(ref request, latency.Ticks);

    /// <summary>Sees to it that, with this share of the run begun, its share of the kills is done or under way.</summary>
    public void Begin(double share)
    {
        var wanted = (int)Math.Ceiling(Fewest * Math.Min(1, share));
        lock (due)
        {
            var missing = wanted - Math.Max(Kills, asked);
            if (missing > 0)
            {
                asked = Math.Max(Kills, asked) + missing;
                due.Release(missing);
            }
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var turn = 0; ; turn++)
            {
                var keeper = hosts[turn % hosts.Count];
                if (await due.WaitAsync(Draw(2 * average), cancellationToken))
                {
                    await Task.Delay(Draw((2 * TimeSpan.FromTicks(Interlocked.Read(ref request))) + TimeSpan.FromMilliseconds(5)), time, cancellationToken);
                }

                await keeper.KillAsync(cancellationToken);
                if (RandomNumberGenerator.GetInt32(OneInSoManyDiesWhileStarting) == 0)
                {
                    await Task.Delay(Draw(TimeSpan.FromMilliseconds(600)), time, cancellationToken);
                    await keeper.KillAsync(cancellationToken);
                }

                await keeper.WaitReadyAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    public void Dispose() => due.Dispose();

    private static TimeSpan Draw(TimeSpan below) => TimeSpan.FromMicroseconds(RandomNumberGenerator.GetInt32(1, Math.Max(2, (int)below.TotalMicroseconds)));
}
