using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;
using Google.Protobuf;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Trust;

/// <summary>The pins: decides on claimed keys and has every new pin in the ledger before anybody relies on it.</summary>
internal sealed class PinBook(
    ILedger ledger, PinDecider decider, Operators operators, IOptions<LedgerOptions> options, TimeProvider time, ILogger<PinBook> logger) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private LedgerStream? stream;
    private LedgerDamagedException? damage;
    private bool certain;
    private long asked;
    private long answered;
    private volatile PinState state = PinState.Empty;

    /// <summary>The newest state that this process has read.</summary>
    public PinState State => state;

    /// <summary>Reads the stream. Once, at start.</summary>
    /// <exception cref="LedgerDamagedException">The stream does not verify.</exception>
    public async Task LoadAsync(LedgerKey key, CancellationToken cancellationToken)
    {
        stream = await LedgerStream.OpenAsync(ledger, StreamName.Members, key, fromSnapshot: true, options.Value, logger, cancellationToken);
        await RefreshAsync(cancellationToken);
    }

    /// <summary>Takes up what other processes have appended before the call. Callers that wait for each other share one reading.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref asked);
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (answered < number)
            {
                var newest = Volatile.Read(ref asked);
                await CatchUpAsync(cancellationToken);
                answered = newest; // all of them came before the reading began
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Decides on all requests, in order, by what was read last; new pins are durable before it returns.</summary>
    /// <returns>One reason for each request; <see cref="Reason.Unspecified"/> means: use the keys.</returns>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be written; nothing is pinned.</exception>
    public async ValueTask<IReadOnlyList<Reason>> ResolveAsync(IReadOnlyList<PinRequest> requests, CancellationToken cancellationToken)
    {
        if (requests.Count == 0)
        {
            return [];
        }

        var (reasons, record) = Decide(requests);
        if (record.Pins.Count == 0)
        {
            return reasons;
        }

        await gate.WaitAsync(cancellationToken);
        try
        {
            // Somebody may have pinned while this one waited; what other processes pin shows in the append.
            for (var read = !certain; ; read = true)
            {
                if (read)
                {
                    await CatchUpAsync(cancellationToken);
                }

                (reasons, record) = Decide(requests);
                if (record.Pins.Count == 0 || await AppendAsync(record, cancellationToken))
                {
                    return reasons;
                }
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Takes an operator's approval, whose claims and times the caller has checked.</summary>
    /// <returns>Members for whom other keys are pinned already.</returns>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be written; nothing is approved.</exception>
    public async Task<IReadOnlyList<MemberId>> ApproveAsync(Approval approval, string document, CancellationToken cancellationToken)
    {
        if (!operators.Signed(approval.Jws))
        {
            throw new ArgumentException("The approval is not signed by an operator.", nameof(approval));
        }

        await gate.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                await CatchUpAsync(cancellationToken);
                var isNew = approval.Members.Any(entry => !state.IsApproved(entry.Member, entry.Keys));
                var record = new MembersRecord { At = time.GetUtcNow().ToUnixTimeSeconds() };
                record.Approvals.Add(document);
                if (!isNew || await AppendAsync(record, cancellationToken))
                {
                    return [.. approval.Members.Where(entry => state.Find(entry.Member) is { } pin && pin.Keys.Ids != entry.Keys).Select(entry => entry.Member)];
                }
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private (IReadOnlyList<Reason> Reasons, MembersRecord Record) Decide(IReadOnlyList<PinRequest> requests)
    {
        var now = time.GetUtcNow();
        var record = new MembersRecord { At = now.ToUnixTimeSeconds() };
        var reasons = new Reason[requests.Count];
        var working = state;
        for (var i = 0; i < requests.Count; i++)
        {
            var decision = decider.Decide(working, requests[i], now);
            reasons[i] = decision.Refused;
            if (decision.Write is { } pin)
            {
                var entry = PinState.ToEntry(pin, requests[i].Change?.Jws.Compact ?? "");
                record.Pins.Add(entry);
                // A member may come twice in one unit: the second decision stands on the first.
                working = requests.Count == 1 ? working : working.Apply(new MembersRecord { Pins = { entry } }, working.Frames);
            }
        }

        return (reasons, record);
    }

    private async ValueTask<bool> AppendAsync(MembersRecord record, CancellationToken cancellationToken)
    {
        var current = stream ?? throw new InvalidOperationException("The pins are not loaded.");
        certain = false;
        if (current.NeedsRoll)
        {
            if (!await current.TryRollAsync(state.ToSnapshot().ToByteArray(), cancellationToken))
            {
                return false;
            }

            // Whatever becomes of the record: others read the snapshot, and rely on its frames.
            state = state.At((ulong)current.Length);
        }

        if (!await current.TryAppendAsync(record.ToByteArray(), cancellationToken))
        {
            return false;
        }

        state = state.Apply(record, (ulong)current.Length);
        certain = true;
        return true;
    }

    private async ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        var current = stream ?? throw new InvalidOperationException("The pins are not loaded.");
        certain = false;
        if (damage is not null)
        {
            throw damage; // the stream has moved past it; nobody may go on behind it
        }

        foreach (var frame in await current.ReadNewAsync(cancellationToken))
        {
            try
            {
                state = frame.Kind switch
                {
                    FrameKind.Record => state.Apply(MembersRecord.Parser.ParseFrom(frame.Payload.Span), (ulong)frame.Position + 1),
                    FrameKind.Snapshot => PinState.FromSnapshot(MembersSnapshot.Parser.ParseFrom(frame.Payload.Span), (ulong)frame.Position + 1),
                    _ => state,
                };
            }
            catch (Exception exception) when (exception is InvalidDataException or InvalidProtocolBufferException)
            {
                damage = LedgerDamagedException.At(frame, exception.Message);
                throw damage;
            }
        }

        // Frames that are not handed out count too: terminal ones, and those of a roll of our own that ended half way.
        state = state.At((ulong)current.Length);
        certain = true;
    }
}
