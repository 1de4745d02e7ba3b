using EncryptionService.Formats;
using EncryptionService.Service.Trust;

namespace EncryptionService.Service.Groups;

/// <summary>Ends a freeze on an operator's word (docs/spec/membership.md, section 6).</summary>
internal sealed partial class GroupRecovery(
    GroupStore store, UnitWriter writer, PinBook pins, IDeliveries deliveries, GroupMetrics metrics, ILogger<GroupRecovery> logger)
{
    /// <summary>Continues the statement that is ahead, with a new epoch. The document's signature, organization and times were checked.</summary>
    /// <returns>What is wrong, or null.</returns>
    public async Task<string?> RecoverAsync(Recovery recovery, string document, CancellationToken cancellationToken)
    {
        // A key that moved on at another replica gets nothing more here.
        await pins.RefreshAsync(cancellationToken);
        using var lease = await store.RentAsync(recovery.Group, cancellationToken);
        while (true)
        {
            var state = lease.State;
            if (!state.Frozen)
            {
                // The same document again, after a lost reply: its statement is the one before ours.
                return Statement.TryParse(state.Statement, out var head, out _) && head.Previous == recovery.StatementHash
                    ? null
                    : "the group is not frozen";
            }

            if (!Statement.TryParse(state.FrozenBy, out var ahead, out _) || ahead.Revision != recovery.Revision || ahead.Hash != recovery.StatementHash)
            {
                return "names another statement than the one that froze the group";
            }

            if (ahead.End || state.Ended)
            {
                return "the group has ended; its id is never used again";
            }

            var record = writer.Recover(state, ahead, document, pins.State.Frames);
            if (await lease.TryAppendAsync(record, cancellationToken))
            {
                state = lease.State;
                deliveries.Add(new Delivery(state.Id, state.Key, state.Statement, 0, pins.State.Pinned(state.Roster), Mints: true) { Earlier = state.Earlier });
                metrics.Unit(record);
                LogRecovered(logger, state.Id.Value, state.Revision, state.Epoch);
                return null;
            }

            await lease.CatchUpAsync(cancellationToken);
        }
    }

    [LoggerMessage(EventId = 210, Level = LogLevel.Warning, Message = "Group {Group} is recovered on an operator's word: revision {Revision}, epoch {Epoch}")]
    private static partial void LogRecovered(ILogger logger, string group, ulong revision, ulong epoch);
}
