using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Scim.Hosts;

namespace EncryptionService.Hammer.Scim.Checks;

/// <summary>Waits until nothing is lacking. How long it may take follows from progress alone.</summary>
internal static class Settling
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static async Task RunAsync(CoreDatabase database, Faults faults, TimeProvider time, Action<Lack> told, CancellationToken cancellationToken)
    {
        var best = await Lack.OfAsync(database, cancellationToken);
        var since = time.GetTimestamp();
        while (!best.IsNothing)
        {
            told(best);
            await Task.Delay(Pause, time, cancellationToken);
            var now = await Lack.OfAsync(database, cancellationToken);
            if (now != best)
            {
                best = now;
                since = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(since) > Patience)
            {
                faults.Add($"After {Patience.TotalSeconds:F0} seconds without progress there is still lacking: {now}.");
                return;
            }
        }
    }
}
