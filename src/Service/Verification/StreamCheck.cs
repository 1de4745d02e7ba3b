using System.Security.Cryptography;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Service.Groups;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Trust;
using Google.Protobuf;

namespace EncryptionService.Service.Verification;

/// <summary>Checks what the frames of a stream say: the fold, the statements' chain and signatures, and, with the keys, every sealed vault key.</summary>
/// <param name="certificate">The certificate whose identity signed the statements; null: signatures are not checked.</param>
/// <param name="keys">The unsealed keys; null: sealed keys are not opened.</param>
internal sealed class StreamCheck(IdentityCertificate? certificate, ServiceKeys? keys)
{
    /// <summary>The check for one stream: sees its records and snapshots in order, says what is wrong or null.</summary>
    public Func<Frame, string?> For(StreamName stream)
    {
        if (stream == StreamName.Root)
        {
            var root = RootState.Empty;
            return frame => Guarded(() =>
            {
                root = root.Apply(RootRecord.Parser.ParseFrom(frame.Payload.Span));
                return null;
            });
        }

        if (stream == StreamName.Members)
        {
            var pins = PinState.Empty;
            return frame => Guarded(() =>
            {
                pins = frame.Kind == FrameKind.Snapshot
                    ? PinState.FromSnapshot(MembersSnapshot.Parser.ParseFrom(frame.Payload.Span), (ulong)frame.Position + 1)
                    : pins.Apply(MembersRecord.Parser.ParseFrom(frame.Payload.Span), (ulong)frame.Position + 1);
                return null;
            });
        }

        return GroupId.TryParse(stream.GroupId, out var group) ? ForGroup(group) : _ => "the stream's name is no group id";
    }

    private static string? Guarded(Func<string?> check)
    {
        try
        {
            return check();
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidProtocolBufferException)
        {
            return exception.Message;
        }
        catch (CryptographicException)
        {
            return "a sealed vault key does not open";
        }
    }

    private Func<Frame, string?> ForGroup(GroupId group)
    {
        var state = GroupState.New(group);
        Statement? head = null;
        return frame => Guarded(() =>
        {
            if (frame.Kind == FrameKind.Snapshot)
            {
                var snapshot = GroupFold.FromSnapshot(group, GroupSnapshot.Parser.ParseFrom(frame.Payload.Span));
                var agrees = snapshot.Revision == state.Revision && snapshot.Statement == state.Statement && snapshot.Roster.Root == state.Roster.Root;
                state = snapshot;
                return agrees ? null : "a snapshot that says something else than the records before it";
            }

            var record = GroupRecord.Parser.ParseFrom(frame.Payload.Span);
            var before = state;
            state = GroupFold.Apply(state, record);
            return record.Statement.Length == 0 ? null : CheckStatement(before, state, record, ref head);
        });
    }

    private string? CheckStatement(GroupState before, GroupState after, GroupRecord record, ref Statement? head)
    {
        if (!Statement.TryParse(record.Statement, out var statement, out var error))
        {
            return $"a statement that does not parse: {error}";
        }

        var previous = head;
        if (record.Recovery.Length > 0)
        {
            // A recovery continues the statement that the core held, which froze the group.
            _ = Statement.TryParse(before.FrozenBy, out previous, out _);
        }

        head = statement;
        if (certificate is not null && !statement.VerifiedBy(certificate.Identity))
        {
            return "a statement that the certified identity did not sign";
        }

        if (previous is not null ? !statement.Continues(previous, out var gap) : (gap = "it is not the first") is not null && statement.Revision != 1)
        {
            return $"a statement that does not continue the one before: {gap}";
        }

        if (statement.Revision != after.Revision || statement.Epoch != after.Epoch || statement.Roster != after.Roster.Root || statement.End != after.Ended)
        {
            return "a statement that says something else than its record";
        }

        return record.Minted is { } minted && keys is not null ? CheckKey(after, minted, statement) : null;
    }

    private string? CheckKey(GroupState state, Minted minted, Statement statement)
    {
        using var key = keys!.OpenVaultKey(state.Id, minted);
        return statement.Commitment is { } commitment && Commitment.Verify(key, keys.Organization, state.Id, minted.Epoch, commitment)
            ? null
            : "a sealed vault key that is not the one its statement commits to";
    }
}
