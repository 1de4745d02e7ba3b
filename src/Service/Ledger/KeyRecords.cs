using EncryptionService.Formats;
using EncryptionService.Service.Ledger.Records;
using Google.Protobuf;

namespace EncryptionService.Service.Ledger;

/// <summary>Member keys as the ledger keeps them: raw public values, so that a load costs no JSON.</summary>
internal static class KeyRecords
{
    /// <summary>The record of a member's keys.</summary>
    public static KeyRecord ToRecord(MemberKeys keys) => new()
    {
        Alg = keys.Hpke.Alg,
        Hpke = ByteString.CopyFrom(keys.Hpke.PublicKey.Span),
        Signing = ByteString.CopyFrom(keys.Signing.Point.Span),
    };

    /// <summary>The keys of a record. Points were validated before they entered the ledger, whose frames are authenticated.</summary>
    /// <exception cref="InvalidDataException">The record has no keys, or keys of the wrong size.</exception>
    public static MemberKeys FromRecord(KeyRecord? record)
        => record is not null && MemberKeys.TryFromLedger(record.Alg, record.Hpke.Span, record.Signing.Span, out var keys)
            ? keys
            : throw new InvalidDataException("a record holds no valid keys");
}
