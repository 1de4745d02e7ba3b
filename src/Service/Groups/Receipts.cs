using EncryptionService.Contracts.Membership;
using EncryptionService.Service.Ledger.Records;

namespace EncryptionService.Service.Groups;

/// <summary>Answers from what the ledger stores.</summary>
internal static class Receipts
{
    /// <summary>The answer to an event that was just taken.</summary>
    public static Receipt Of(GroupEvent entry, EventRecord stored, ulong epoch, ulong revision, ulong next)
    {
        var receipt = Plain(entry, stored.Outcome, stored.Reason, epoch, revision, next);
        receipt.Members.AddRange(stored.Members);
        return receipt;
    }

    /// <summary>The stored answer again.</summary>
    public static Receipt Duplicate(GroupEvent entry, EventRecord stored, ulong epoch, ulong revision, ulong next)
    {
        var receipt = Of(entry, stored, epoch, revision, next);
        receipt.Outcome = Outcome.Duplicate;
        return receipt;
    }

    /// <summary>An answer about no member.</summary>
    public static Receipt Plain(GroupEvent entry, Outcome outcome, Reason reason, ulong epoch, ulong revision, ulong next) => new()
    {
        EventId = entry.EventId,
        GroupId = entry.Group.Value,
        Sequence = entry.Sequence,
        Outcome = outcome,
        Reason = reason,
        NextSequence = next,
        Epoch = epoch,
        Revision = revision,
    };
}
