using System.Collections.Concurrent;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Tells envelopes that are on their way from envelopes that are lost: as long as some more arrive between two looks, none is asked for again.</summary>
/// <remarks>In memory only: an instance that knows nothing waits for one look more.</remarks>
internal sealed class ResealPatience
{
    private readonly ConcurrentDictionary<string, (long Epoch, int Lacking)> seen = [];

    /// <summary>True if this is the first look at this epoch, or fewer are lacking than at the last one.</summary>
    public bool IsComing(string group, long epoch, int lacking)
    {
        var known = seen.TryGetValue(group, out var last) && last.Epoch == epoch;
        seen[group] = (epoch, lacking);
        return !known || lacking < last.Lacking;
    }

    /// <summary>Nothing is lacking.</summary>
    public void Forget(string group) => seen.TryRemove(group, out _);
}
