using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EncryptionService.Service.Ledger;

/// <summary>Damage, and where it begins (docs/spec/ledger.md, section 3).</summary>
/// <param name="Segment">Stream and segment.</param>
/// <param name="Position">The position in the stream of the first frame that is wrong, or null where only bytes were looked at.</param>
/// <param name="Offset">The byte offset in the segment at which that frame begins.</param>
/// <param name="Reason">One sentence for people, without secrets.</param>
internal sealed record LedgerFault(SegmentName Segment, long? Position, long Offset, string Reason)
{
    /// <summary>For people: place and reason.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Segment.Stream}, segment {Segment.Number}, position {Position?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}, byte offset {Offset}: {Reason}");
}

/// <summary>The ledger is damaged. At start the service refuses to start (exit code 3); later the calls for that stream fail.</summary>
/// <param name="fault">What is wrong, and where.</param>
[SuppressMessage("Design", "CA1032", Justification = "Nobody outside makes one, and none is made without saying what happened.")]
internal sealed class LedgerDamagedException(LedgerFault fault) : IOException($"The ledger is damaged: {fault}")
{
    /// <summary>What is wrong, and where.</summary>
    public LedgerFault Fault { get; } = fault;

    /// <summary>A frame whose content does not fit.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="reason">One sentence for people, without secrets.</param>
    /// <returns>The exception, to throw.</returns>
    public static LedgerDamagedException At(Frame frame, string reason) => new(new LedgerFault(frame.Segment, frame.Position, frame.Offset, reason));
}

/// <summary>The medium failed. Whether the last change happened is unknown until the stream is read again.</summary>
/// <param name="message">What failed.</param>
/// <param name="innerException">What the operating system or the storage said.</param>
/// <param name="passes">True where waiting may help: a service that starts waits and tries again instead of ending.</param>
[SuppressMessage("Design", "CA1032", Justification = "Nobody outside makes one, and none is made without saying what happened.")]
internal sealed class LedgerUnavailableException(string message, Exception? innerException, bool passes = false) : IOException(message, innerException)
{
    /// <summary>True where waiting may help: storage away, slow, busy, or a role that is not effective yet.</summary>
    public bool Passes { get; } = passes;
}

/// <summary>Another process uses this ledger.</summary>
/// <param name="path">The directory of the ledger.</param>
/// <param name="holder">What the lock file says: which process, on which host, since when.</param>
[SuppressMessage("Design", "CA1032", Justification = "Nobody outside makes one, and none is made without saying what happened.")]
internal sealed class LedgerLockedException(string path, string holder) : IOException($"The ledger at {path} is in use by another process ({holder}).")
{
    /// <summary>What the lock file says: which process, on which host, since when.</summary>
    public string Holder { get; } = holder;
}
