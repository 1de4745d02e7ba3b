using EncryptionService.Service.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Groups;

/// <summary>A leaky bucket over resealed envelopes: a core that asks without end is slowed down, not served.</summary>
internal sealed class ResealBudget(IOptions<ServiceOptions> options, TimeProvider time)
{
    private readonly Lock guard = new();
    private double level;
    private long at = time.GetTimestamp(); // a clock that is set takes nothing away and gives nothing

    /// <summary>Takes room for envelopes, if there is enough.</summary>
    public bool TryTake(int envelopes)
    {
        lock (guard)
        {
            var now = time.GetTimestamp();
            level = Math.Max(0, level - (time.GetElapsedTime(at, now).TotalHours * options.Value.ResealBudgetPerHour));
            at = now;
            if (level + envelopes > options.Value.ResealBudgetPerHour)
            {
                return false;
            }

            level += envelopes;
            return true;
        }
    }

    /// <summary>Gives back what was not used.</summary>
    public void GiveBack(int envelopes)
    {
        lock (guard)
        {
            level = Math.Max(0, level - envelopes);
        }
    }
}
