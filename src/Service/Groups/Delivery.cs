using System.Diagnostics;
using EncryptionService.Formats;
using EncryptionService.Service.Ledger.Records;

namespace EncryptionService.Service.Groups;

/// <summary>What one ledger frame makes due: its statement, and envelopes of the key that it names.</summary>
/// <param name="Group">The group.</param>
/// <param name="Key">The sealed key of the epoch; null while the group has none.</param>
/// <param name="Statement">The newest statement, which the envelopes belong to.</param>
/// <param name="Generation">0 for the first envelopes of an epoch, else the number of the reseal.</param>
/// <param name="Recipients">Whom to seal to. May be large: it shares the roster's nodes.</param>
/// <param name="Mints">The epoch began with this frame: what waits for older epochs is superseded.</param>
internal sealed record Delivery(
    GroupId Group, Minted? Key, string Statement, ulong Generation, IReadOnlyCollection<RosterMember> Recipients, bool Mints)
{
    /// <summary>The statements before it that are at hand, oldest first: another replica may have died before it posted its own, or be slower.</summary>
    public IReadOnlyList<string> Earlier { get; init; } = [];

    /// <summary>The call that made it due, for traces.</summary>
    public ActivityContext Cause { get; } = Activity.Current?.Context ?? default;
}

/// <summary>Where deliveries go once their frame is durable. MUST NOT wait for the network.</summary>
internal interface IDeliveries
{
    /// <summary>Queues a delivery behind the earlier ones of its group.</summary>
    void Add(Delivery delivery);
}
