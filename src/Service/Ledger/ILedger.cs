namespace EncryptionService.Service.Ledger;

/// <summary>Where segments live: files, or append blobs. It knows bytes and lengths; frames are the business of <see cref="LedgerStream"/>.</summary>
/// <remarks>
/// Every method may be called from several threads and several instances at once. A method that fails for want of the medium throws
/// <see cref="LedgerUnavailableException"/>; after that nobody may assume whether the change happened: read, then decide again.
/// </remarks>
public interface ILedger : IAsyncDisposable
{
    /// <summary>Whether a crash may leave part of a frame at the end of a segment (files: yes; append blobs: no, a block is there or not).</summary>
    bool TailMayBeTorn { get; }

    /// <summary>The bytes in all segments, as far as this instance knows.</summary>
    long SizeInBytes { get; }

    /// <summary>Creates an empty segment, durably.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="cancellationToken">Honoured before anything is written.</param>
    /// <returns>True: created. False: it exists.</returns>
    ValueTask<bool> TryCreateAsync(SegmentName segment, CancellationToken cancellationToken);

    /// <summary>Appends one frame if the segment has exactly the expected length (docs/spec/ledger.md, section 2).</summary>
    /// <remarks>MUST NOT answer true before the frame is durable. MUST leave no part of the frame behind when it answers false.</remarks>
    /// <param name="segment">The segment.</param>
    /// <param name="expectedLength">The length in bytes that the caller read or wrote last.</param>
    /// <param name="frame">The whole frame.</param>
    /// <param name="cancellationToken">Honoured before anything is written.</param>
    /// <returns>True: appended and durable. False: the segment has another length, or does not exist.</returns>
    ValueTask<bool> TryAppendAsync(SegmentName segment, long expectedLength, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken);

    /// <summary>Reads a segment from an offset to its end; only what is durable.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="offset">Where to begin, in bytes; the length itself is allowed and yields nothing.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The bytes (the caller's own copy), or null: no such segment.</returns>
    /// <exception cref="LedgerDamagedException">The segment is shorter than the offset: it has lost bytes that were durable.</exception>
    ValueTask<ReadOnlyMemory<byte>?> ReadAsync(SegmentName segment, long offset, CancellationToken cancellationToken);

    /// <summary>Cuts a torn frame off the end of a segment, if the segment has exactly the expected length.</summary>
    /// <remarks>The expected length keeps a slow reader from cutting what somebody else appended after an earlier cut.</remarks>
    /// <param name="segment">The segment.</param>
    /// <param name="expectedLength">The length that the torn tail ends at.</param>
    /// <param name="length">The length to leave.</param>
    /// <param name="cancellationToken">Honoured before anything is cut.</param>
    /// <returns>True: cut, durably. False: the segment has another length.</returns>
    /// <exception cref="NotSupportedException"><see cref="TailMayBeTorn"/> is false.</exception>
    ValueTask<bool> TryCutAsync(SegmentName segment, long expectedLength, long length, CancellationToken cancellationToken);

    /// <summary>Lists segments, by stream name and number, ascending.</summary>
    /// <param name="stream">The only stream of interest, or null for all.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>The segments that exist.</returns>
    IAsyncEnumerable<SegmentName> ListAsync(StreamName? stream, CancellationToken cancellationToken);

    /// <summary>Checks that the medium can be written; for readiness.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>Completes when it can.</returns>
    ValueTask ProbeAsync(CancellationToken cancellationToken);
}
