using EncryptionService.Formats;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger.Records;

namespace EncryptionService.Service.Groups;

/// <summary>Freezes a group when the core holds a statement of ours that the ledger does not know (docs/spec/membership.md, section 6).</summary>
internal sealed partial class GroupFreezer(KeyRing ring, TimeProvider time, GroupMetrics metrics, ILogger<GroupFreezer> logger)
{
    /// <summary>Looks at the core's newest statement; what it proves is in the ledger before this returns.</summary>
    public async ValueTask CheckAsync(GroupLease lease, string? known, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(known) || lease.State.Frozen || lease.State.Statement == known)
        {
            return;
        }

        if (!Statement.TryParse(known, out var statement, out _)
            || statement.Issuer != ring.Keys.IdentityThumbprint
            || statement.Organization != ring.Keys.Organization
            || statement.Group != lease.State.Id
            || !statement.VerifiedBy(ring.Keys.Certificate.Identity))
        {
            metrics.ForeignStatement();
            LogForeign(logger, lease.State.Id.Value);
            return;
        }

        while (!lease.State.Frozen && IsAhead(lease.State, statement))
        {
            // The core may have it from another replica: what is in the ledger now decides.
            await lease.CatchUpAsync(cancellationToken);
            if (lease.State.Frozen || !IsAhead(lease.State, statement))
            {
                return;
            }

            var record = new GroupRecord { At = time.GetUtcNow().ToUnixTimeSeconds(), FrozenBy = known };
            if (await lease.TryAppendAsync(record, cancellationToken))
            {
                LogFrozen(logger, lease.State.Id.Value, statement.Revision, lease.State.Revision);
            }
        }
    }

    private static bool IsAhead(GroupState state, Statement statement)
        => statement.Revision > state.Revision || (statement.Revision == state.Revision && statement.Hash != state.StatementHash);

    [LoggerMessage(EventId = 200, Level = LogLevel.Critical,
        Message = "Group {Group} is frozen: the core holds our statement of revision {Known}, the ledger ends at {Own}. The ledger was cut or restored. An operator must sign a recovery, see docs/spec/membership.md")]
    private static partial void LogFrozen(ILogger logger, string group, ulong known, ulong own);

    [LoggerMessage(EventId = 201, Level = LogLevel.Warning, Message = "The core sent a statement for group {Group} that is not ours; it is ignored")]
    private static partial void LogForeign(ILogger logger, string group);
}
