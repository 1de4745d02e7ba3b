using EncryptionService.Formats;
using EncryptionService.Service.Groups;

namespace EncryptionService.Service.Tests.Rooms;

/// <summary>Remembers what was due.</summary>
internal sealed class RecordedDeliveries : IDeliveries
{
    private readonly Lock gate = new();
    private readonly List<Delivery> all = [];

    public IReadOnlyList<Delivery> All
    {
        get
        {
            lock (gate)
            {
                return [.. all];
            }
        }
    }

    public void Add(Delivery delivery)
    {
        lock (gate)
        {
            all.Add(delivery);
        }
    }

    /// <summary>The newest delivery of an epoch to a member, or null.</summary>
    public Delivery? Find(GroupId group, MemberId member, ulong epoch) => All.LastOrDefault(delivery =>
        delivery.Group == group && delivery.Key?.Epoch == epoch && delivery.Recipients.Any(entry => entry.Member == member));
}
