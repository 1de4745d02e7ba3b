using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Ledger;

/// <summary>What a verification counted and found.</summary>
/// <param name="Streams">Streams that were walked.</param>
/// <param name="Segments">Segments that exist.</param>
/// <param name="Frames">Frames of every kind that were verified.</param>
/// <param name="Bytes">Bytes of those frames.</param>
/// <param name="TornTails">Streams that ended in a torn frame, which was cut off or kept as asked.</param>
/// <param name="Faults">The first fault of each damaged stream, by stream name.</param>
internal sealed record LedgerReport(
    int Streams, int Segments, long Frames, long Bytes, IReadOnlyList<StreamName> TornTails, IReadOnlyList<LedgerFault> Faults);

/// <summary>Walks every stream and segment: headers, chain, terminal frames, and the MACs when there is a key (docs/spec/ledger.md, section 9).</summary>
/// <param name="ledger">The ledger.</param>
/// <param name="options">The options of the ledger.</param>
/// <param name="log">Where cuts are told.</param>
internal sealed class LedgerVerifier(ILedger ledger, IOptions<LedgerOptions> options, ILogger<LedgerVerifier> log)
{
    /// <summary>Verifies everything; streams side by side, the frames of one stream in order.</summary>
    /// <param name="key">The key of the MACs, or null: then the last frame of each stream is vouched for by nothing but its header.</param>
    /// <param name="keepTornTails">True for a verb that only looks; false at start, where torn frames are cut off.</param>
    /// <param name="payloadCheck">For each stream, a function that sees its records and snapshots in order and names what is wrong, or gives null. Null: payloads are not looked at.</param>
    /// <param name="cancellationToken">Stops the verification.</param>
    /// <returns>Counts, and the first fault of each stream.</returns>
    /// <exception cref="LedgerUnavailableException">The medium failed.</exception>
    public async Task<LedgerReport> VerifyAsync(
        LedgerKey? key, bool keepTornTails, Func<StreamName, Func<Frame, string?>>? payloadCheck, CancellationToken cancellationToken)
    {
        var streams = new SortedDictionary<StreamName, int>();
        await foreach (var segment in ledger.ListAsync(null, cancellationToken))
        {
            streams[segment.Stream] = streams.GetValueOrDefault(segment.Stream) + 1;
        }

        var outcomes = new ConcurrentBag<Outcome>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(streams.Keys, parallel, async (name, token) =>
            outcomes.Add(await WalkAsync(name, key, keepTornTails, payloadCheck?.Invoke(name), token)));

        return new LedgerReport(
            streams.Count,
            streams.Values.Sum(),
            outcomes.Sum(outcome => outcome.Frames),
            outcomes.Sum(outcome => outcome.Bytes),
            [.. outcomes.Where(outcome => outcome.Torn).Select(outcome => outcome.Name).Order()],
            [.. outcomes.Select(outcome => outcome.Fault).OfType<LedgerFault>().OrderBy(fault => fault.Segment.Stream)]);
    }

    private async ValueTask<Outcome> WalkAsync(
        StreamName name, LedgerKey? key, bool keepTornTails, Func<Frame, string?>? check, CancellationToken cancellationToken)
    {
        var outcome = new Outcome(name);
        LedgerStream? stream = null;
        try
        {
            stream = await LedgerStream.OpenAsync(ledger, name, key, fromSnapshot: false, options.Value, log, cancellationToken);
            bool more;
            do
            {
                more = await stream.ReadSegmentAsync(keepTornTails, cancellationToken);
                outcome.Torn |= stream.TailWasTorn;
                outcome.Look(stream.TakeRead(), check);
            }
            while (more && outcome.Fault is null);
        }
        catch (LedgerDamagedException damage)
        {
            // What was read before the damage may hold an earlier fault.
            outcome.Look(stream?.TakeRead() ?? [], check);
            outcome.Fault ??= damage.Fault;
        }

        return outcome;
    }

    private sealed class Outcome(StreamName name)
    {
        public StreamName Name => name;

        public long Frames { get; private set; }

        public long Bytes { get; private set; }

        public bool Torn { get; set; }

        public LedgerFault? Fault { get; set; }

        public void Look(IReadOnlyList<Frame> frames, Func<Frame, string?>? check)
        {
            foreach (var frame in frames)
            {
                if (frame.Kind != FrameKind.Terminal && check?.Invoke(frame) is { } reason)
                {
                    Fault = new(frame.Segment, frame.Position, frame.Offset, reason);
                    return;
                }

                Frames++;
                Bytes += frame.Bytes.Length;
            }
        }
    }
}
