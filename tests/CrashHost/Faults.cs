using System.Diagnostics;
using System.Globalization;

namespace EncryptionService.CrashHost;

/// <summary>Where this process dies. Every write is told on standard error before it is done, so that somebody can count them.</summary>
internal sealed class Faults(TextWriter log)
{
    private readonly Lock gate = new();
    private int before;
    private int after;

    /// <summary>"before N", "after N" (counted from now; 1 is the next write) or "never".</summary>
    public void Arm(string order)
    {
        lock (gate)
        {
            var words = order.Split(' ');
            var count = words.Length == 2 ? int.Parse(words[1], CultureInfo.InvariantCulture) : 0;
            before = words[0] == "before" ? count : 0;
            after = words[0] == "after" ? count : 0;
            log.WriteLine($"armed {order}");
            log.Flush();
        }
    }

    /// <summary>A write is about to be done.</summary>
    public void Before(string what)
    {
        lock (gate)
        {
            if (before > 0 && --before == 0)
            {
                Die("before", what);
            }
        }
    }

    /// <summary>A write was done, and nobody knows yet.</summary>
    public void After(string what)
    {
        lock (gate)
        {
            log.WriteLine($"wrote {what}");
            log.Flush();
            if (after > 0 && --after == 0)
            {
                Die("after", what);
            }
        }
    }

    private void Die(string when, string what)
    {
        log.WriteLine($"dies {when} {what}");
        log.Flush();
        using var self = Process.GetCurrentProcess();
        self.Kill(); // SIGKILL: no handler, no drain, no flush
        self.WaitForExit();
    }
}
