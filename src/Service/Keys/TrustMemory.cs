using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Settings;

namespace EncryptionService.Service.Keys;

/// <summary>Holds the configured trust against what the ledger remembers: a deployment by the defaults must not lower it (docs/spec/ledger.md, section 6).</summary>
internal sealed partial class TrustMemory(RootStore store, ConfiguredTrust configured, ILogger<TrustMemory> logger)
{
    /// <summary>Refuses less than what is remembered, and writes down what is new. Nothing is served under a trust that is not in the ledger.</summary>
    /// <exception cref="StartupException">The level is lower than the one remembered, and nobody said that this is right.</exception>
    /// <exception cref="LedgerUnavailableException">What is new cannot be written down.</exception>
    public async Task AgreeAsync(CancellationToken cancellationToken)
    {
        var before = RememberedTrust.None;
        var changed = await store.UpdateAsync(
            state =>
            {
                before = state.Trust;
                RequireLevel(before.Level);
                var next = before.After(configured);
                return next.Matches(before) ? null : new RootRecord { TrustChanged = next.ToRecord() };
            },
            cancellationToken);
        Tell(before, changed);
    }

    private void RequireLevel(TrustLevel remembered)
    {
        if (configured.Level < remembered && !configured.MayLower)
        {
            throw new StartupException(ExitCode.Disagreement,
                $"This ledger was served with trust level {remembered}, and the service is configured with {configured.Level}: whatever keys the core shows first would be trusted without an operator's word. Deploy again with Trust Level {remembered} and the operator keys, as before (parameters trustLevel and operatorKeys). To lower it on purpose, set Service:LowerTrustLevel to true for one start (runbook deploy-and-verify, section 6).");
        }
    }

    private void Tell(RememberedTrust before, bool changed)
    {
        var trust = store.State.Trust;
        var operators = RememberedTrust.Words(trust.Operators);
        var missing = trust.Operators.Except(configured.Operators).ToArray();
        if (changed && (trust.Level < before.Level || !before.Operators.IsSubsetOf(trust.Operators)))
        {
            LogLowered(logger, trust.Level, operators, before.Level, RememberedTrust.Words(before.Operators));
        }
        else if (changed)
        {
            LogRemembered(logger, trust.Level, operators);
        }
        else if (configured.MayLower)
        {
            LogNothingToLower(logger);
        }

        if (missing.Length > 0)
        {
            LogMissing(logger, RememberedTrust.Words(missing));
        }
    }

    [LoggerMessage(EventId = 614, Level = LogLevel.Warning, Message = "The ledger remembers from now on: trust level {Level}, operator keys {Operators}. If an operator key among them is not yours, stop the service")]
    private static partial void LogRemembered(ILogger logger, TrustLevel level, string operators);

    [LoggerMessage(EventId = 615, Level = LogLevel.Warning,
        Message = "Trust was lowered, as Service:LowerTrustLevel says: trust level {Level}, operator keys {Operators}; before: {LevelBefore}, {OperatorsBefore}. Take the setting away again")]
    private static partial void LogLowered(ILogger logger, TrustLevel level, string operators, TrustLevel levelBefore, string operatorsBefore);

    [LoggerMessage(EventId = 616, Level = LogLevel.Warning,
        Message = "Operator keys that this ledger was served with are not configured: {Missing}. If nobody left, deploy again with the operator keys as before; if somebody did, set Service:LowerTrustLevel to true for one start, and it is not said again")]
    private static partial void LogMissing(ILogger logger, string missing);

    [LoggerMessage(EventId = 617, Level = LogLevel.Warning, Message = "Service:LowerTrustLevel is set and there is nothing to lower: take it away, or a later deployment by the defaults lowers trust unasked")]
    private static partial void LogNothingToLower(ILogger logger);
}
