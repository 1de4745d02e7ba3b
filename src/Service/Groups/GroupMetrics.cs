using System.Diagnostics.Metrics;
using EncryptionService.Contracts.Membership;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Telemetry;

namespace EncryptionService.Service.Groups;

/// <summary>What the service counts about groups. No label carries an id or an error's text.</summary>
internal sealed class GroupMetrics
{
    private readonly Counter<long> events;
    private readonly Counter<long> units;
    private readonly Counter<long> epochs;
    private readonly Counter<long> foreignStatements;

    /// <summary>Makes the instruments.</summary>
    public GroupMetrics(ServiceMeter service, ILedger ledger)
    {
        var meter = service.Meter;
        events = meter.CreateCounter<long>("eec.events", "{event}", "Events answered, by outcome");
        units = meter.CreateCounter<long>("eec.units", "{unit}", "Units in the ledger");
        epochs = meter.CreateCounter<long>("eec.epochs", "{epoch}", "Vault keys minted");
        foreignStatements = meter.CreateCounter<long>("eec.foreign_statements", "{statement}", "Statements from the core that are not ours");
        meter.CreateObservableGauge("eec.ledger.size", () => ledger.SizeInBytes, "By", "Bytes in the ledger");
    }

    /// <summary>An event was answered.</summary>
    public void Event(Outcome outcome) => events.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString()));

    /// <summary>A unit is in the ledger.</summary>
    public void Unit(GroupRecord record)
    {
        units.Add(1);
        if (record.Minted is not null)
        {
            epochs.Add(1);
        }
    }

    /// <summary>A statement that is not ours came in.</summary>
    public void ForeignStatement() => foreignStatements.Add(1);
}
