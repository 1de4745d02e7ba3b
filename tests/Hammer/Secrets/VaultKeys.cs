using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Hammer.Report;

namespace EncryptionService.Hammer.Secrets;

/// <summary>The vault keys that members have opened: one for each epoch of each group, and never another.</summary>
internal sealed class VaultKeys(Faults faults)
{
    private readonly Dictionary<(GroupId Group, ulong Epoch), byte[]> keys = [];

    /// <summary>The keys; complete once nobody opens any more.</summary>
    public IReadOnlyDictionary<(GroupId Group, ulong Epoch), byte[]> All => keys;

    public bool Knows(GroupId group, ulong epoch)
    {
        lock (keys)
        {
            return keys.ContainsKey((group, epoch));
        }
    }

    public void Add(GroupId group, ulong epoch, VaultKey key)
    {
        lock (keys)
        {
            if (!keys.TryGetValue((group, epoch), out var known))
            {
                keys.Add((group, epoch), key.Reveal().ToArray());
            }
            else if (!key.Reveal().SequenceEqual(known))
            {
                faults.Add($"{group} epoch {epoch}: two vault keys");
            }
        }
    }
}
