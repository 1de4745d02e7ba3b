using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Trust;
using Google.Protobuf;

namespace EncryptionService.Service.Groups;

/// <summary>A group in one caller's hands: a state, and the right to append to it if it is the newest.</summary>
internal sealed class GroupLease(GroupStore store, GroupEntry entry, PinBook pins) : IDisposable
{
    private bool released;

    /// <summary>The newest state read or written.</summary>
    public GroupState State => entry.State;

    /// <summary>Whether the ledger was asked, by reading or by appending, while this lease was held. Else the state is what this process remembers.</summary>
    public bool IsNewest { get; private set; }

    private LedgerStream Stream => entry.Stream ?? throw new InvalidOperationException("The group is not loaded.");

    /// <summary>Takes up what other processes have appended.</summary>
    /// <exception cref="LedgerDamagedException">The stream does not verify, does not fit itself, or relies on pins that are gone.</exception>
    public async ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FoldAsync(cancellationToken);
            (entry.Certain, IsNewest) = (true, true);
        }
        catch
        {
            // Frames may have been read that are not folded. Nobody may decide on that state: the next rent starts from the ledger.
            entry.Forget();
            throw;
        }
    }

    /// <summary>Appends a record if nobody else appended since; the state moves on with it.</summary>
    /// <returns>False: somebody did. <see cref="CatchUpAsync"/>, and decide again.</returns>
    /// <exception cref="LedgerUnavailableException">It may or may not be in the ledger; the next rent reads what is there.</exception>
    public async ValueTask<bool> TryAppendAsync(GroupRecord record, CancellationToken cancellationToken)
    {
        entry.Certain = false;
        if (Stream.NeedsRoll && !await Stream.TryRollAsync(GroupFold.ToSnapshot(State).ToByteArray(), cancellationToken))
        {
            return false;
        }

        // Folded first: what does not fit must throw before it is in the ledger, where it would be damage for ever.
        var next = GroupFold.Apply(State, record);
        if (!await Stream.TryAppendAsync(record.ToByteArray(), cancellationToken))
        {
            return false;
        }

        entry.State = next;
        (entry.Certain, IsNewest) = (true, true);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!released)
        {
            released = true;
            store.Release(entry, gateTaken: true);
        }
    }

    private async ValueTask FoldAsync(CancellationToken cancellationToken)
    {
        foreach (var frame in await Stream.ReadNewAsync(cancellationToken))
        {
            try
            {
                entry.State = frame.Kind == FrameKind.Snapshot
                    ? GroupFold.FromSnapshot(State.Id, GroupSnapshot.Parser.ParseFrom(frame.Payload.Span))
                    : GroupFold.Apply(State, GroupRecord.Parser.ParseFrom(frame.Payload.Span));
            }
            catch (Exception exception) when (exception is InvalidDataException or InvalidProtocolBufferException)
            {
                throw LedgerDamagedException.At(frame, exception.Message);
            }

            if (State.MembersLength > pins.State.Frames)
            {
                await pins.RefreshAsync(cancellationToken);
                if (State.MembersLength > pins.State.Frames)
                {
                    throw LedgerDamagedException.At(
                        frame, $"it relies on {State.MembersLength} frames of the members stream, which has {pins.State.Frames}");
                }
            }
        }
    }
}
