using System.Security.Cryptography;
using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>How long to wait after something failed: twice as long each time, up to a bound, and never the same for everybody.</summary>
internal sealed class BackOff(IOptions<DispatchOptions> options)
{
    private const int MostDoublings = 30;

    /// <summary>Longest pause.</summary>
    public TimeSpan Longest => TimeSpan.FromMilliseconds(options.Value.MaxDelayMilliseconds);

    /// <summary>The pause for what waiting does not mend: somebody has to look. Ten times the longest.</summary>
    public TimeSpan ForPeople => Longest * 10;

    /// <summary>The pause after this many failures in a row (1, 2, …), between half of it and all of it.</summary>
    public TimeSpan After(int failures) => After(failures, TimeSpan.FromMilliseconds(options.Value.BaseDelayMilliseconds));

    /// <summary>The same, from another first pause on.</summary>
    public TimeSpan After(int failures, TimeSpan first)
    {
        var full = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Clamp(failures - 1, 0, MostDoublings)), Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds((full / 2) + (full / 2 * RandomNumberGenerator.GetInt32(0, 1_001) / 1_000));
    }
}
