using EncryptionService.Formats;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Settings;
using Google.Protobuf;

namespace EncryptionService.Service.Keys;

/// <summary>The trust that this start is configured with.</summary>
/// <param name="Level">The level.</param>
/// <param name="Operators">Thumbprints of the operator keys.</param>
/// <param name="MayLower">Whether it may be less than what the ledger remembers.</param>
internal sealed record ConfiguredTrust(TrustLevel Level, IReadOnlyCollection<Thumbprint> Operators, bool MayLower);

/// <summary>The trust that the ledger was served with (docs/spec/ledger.md, section 6).</summary>
/// <param name="Level">The level of the last start that changed it.</param>
/// <param name="Operators">Thumbprints of all operator keys that were in force and were not taken back on purpose.</param>
internal sealed record RememberedTrust(TrustLevel Level, IReadOnlySet<Thumbprint> Operators)
{
    /// <summary>As long as nothing is recorded: what the template's defaults say.</summary>
    public static readonly RememberedTrust None = new(TrustLevel.Pinned, new HashSet<Thumbprint>());

    /// <summary>What is remembered after a start with this configuration, which may be less only where that is said to be right.</summary>
    public RememberedTrust After(ConfiguredTrust configured)
        => new(configured.Level, configured.MayLower ? configured.Operators.ToHashSet() : [.. Operators, .. configured.Operators]);

    /// <summary>Whether both say the same.</summary>
    public bool Matches(RememberedTrust other) => Level == other.Level && Operators.SetEquals(other.Operators);

    /// <summary>For the log: thumbprints in a fixed order, or that there are none.</summary>
    public static string Words(IEnumerable<Thumbprint> operators)
        => operators.Select(operatorKey => operatorKey.ToString()).Order(StringComparer.Ordinal).DefaultIfEmpty("none").Aggregate((left, right) => $"{left}, {right}");

    /// <summary>The record.</summary>
    public TrustChanged ToRecord()
    {
        var record = new TrustChanged { Level = Level == TrustLevel.Approved ? RecordedTrustLevel.Approved : RecordedTrustLevel.Pinned };
        record.Operators.AddRange(Operators.Select(operatorKey => operatorKey.ToArray()).Select(bytes => ByteString.CopyFrom(bytes)));
        return record;
    }

    /// <summary>The trust of a record.</summary>
    /// <exception cref="InvalidDataException">The record does not fit: the ledger was changed.</exception>
    public static RememberedTrust FromRecord(TrustChanged record)
    {
        var operators = record.Operators.Where(bytes => bytes.Length == 32).Select(bytes => Thumbprint.FromBytes(bytes.Span)).ToHashSet();
        return operators.Count == record.Operators.Count && record.Level is RecordedTrustLevel.Pinned or RecordedTrustLevel.Approved
            ? new RememberedTrust(record.Level == RecordedTrustLevel.Approved ? TrustLevel.Approved : TrustLevel.Pinned, operators)
            : throw new InvalidDataException("the root stream has a record of trust that does not fit");
    }
}
