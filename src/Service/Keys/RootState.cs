using System.Collections.Immutable;
using EncryptionService.Service.Ledger.Records;

namespace EncryptionService.Service.Keys;

/// <summary>The core's word on its next call key.</summary>
/// <param name="Document">The signed announcement.</param>
/// <param name="At">When it was recorded; Unix seconds, by the clock of the replica that took it.</param>
internal sealed record CallKeyAnnouncement(string Document, long At);

/// <summary>The fold over the <c>root</c> stream (docs/spec/ledger.md, section 6).</summary>
/// <param name="Created">How it began; null while there is no root.</param>
/// <param name="Wrapped">The root key as wrapped last.</param>
/// <param name="Enrolled">The newest enrolment; null before the first.</param>
/// <param name="CallKeyDocuments">The core's announced call keys, oldest first.</param>
internal sealed record RootState(RootCreated? Created, WrappedRoot? Wrapped, Enrolled? Enrolled, ImmutableList<CallKeyAnnouncement> CallKeyDocuments)
{
    /// <summary>No root.</summary>
    public static readonly RootState Empty = new(null, null, null, []);

    /// <summary>The trust that the ledger was served with last.</summary>
    public RememberedTrust Trust { get; init; } = RememberedTrust.None;

    /// <summary>The state after a record.</summary>
    /// <exception cref="InvalidDataException">The record does not fit: the ledger was changed.</exception>
    public RootState Apply(RootRecord record) => record.ChangeCase switch
    {
        RootRecord.ChangeOneofCase.Created when Created is null => this with { Created = record.Created, Wrapped = record.Created.Root },
        RootRecord.ChangeOneofCase.KekRotated when Created is not null => this with { Wrapped = record.KekRotated },
        RootRecord.ChangeOneofCase.Enrolled when Created is not null => this with { Enrolled = record.Enrolled },
        RootRecord.ChangeOneofCase.CallKeyChanged when Created is not null
            => this with { CallKeyDocuments = CallKeyDocuments.Add(new CallKeyAnnouncement(record.CallKeyChanged.Document, record.At)) },
        RootRecord.ChangeOneofCase.TrustChanged when Created is not null => this with { Trust = RememberedTrust.FromRecord(record.TrustChanged) },
        _ => throw new InvalidDataException("the root stream has a record that does not fit"),
    };
}
