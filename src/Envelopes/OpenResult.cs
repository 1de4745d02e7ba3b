using EncryptionService.Formats;

namespace EncryptionService.Envelopes;

/// <summary>The outcomes of opening. They are never merged (envelope.md, section 11).</summary>
public enum OpenOutcome
{
    /// <summary>Something does not hold; never open, never retry silently.</summary>
    Forged,

    /// <summary>No organization key is pinned, or no certificate came for the head's identity.</summary>
    Unverified,

    /// <summary>A well-formed envelope for another member or another key.</summary>
    NotForMe,

    /// <summary>Everything holds; the key is there.</summary>
    Opened,
}

/// <summary>Why an envelope was not opened: for the person's screen, never for the sender.</summary>
public enum OpenReason
{
    /// <summary>It was opened.</summary>
    None,

    /// <summary>The envelope is for another member.</summary>
    OtherMember,

    /// <summary>The envelope is for another key.</summary>
    OtherKey,

    /// <summary>No organization key is pinned.</summary>
    NothingPinned,

    /// <summary>No certificate was given for the identity of the head.</summary>
    NoCertificate,

    /// <summary>The envelope is no envelope.</summary>
    EnvelopeMalformed,

    /// <summary>A certificate does not parse, or is not by the pinned organization key for this organization.</summary>
    CertificateInvalid,

    /// <summary>A statement does not parse, or there is none.</summary>
    StatementMalformed,

    /// <summary>The statements are of another organization or group.</summary>
    OtherGroup,

    /// <summary>The statements do not continue what is remembered, or each other.</summary>
    ChainBroken,

    /// <summary>The head is older than what is remembered: revision, epoch or identity.</summary>
    RolledBack,

    /// <summary>There are two statements for one revision.</summary>
    Forked,

    /// <summary>A signature does not verify, or an identity on the way has no certificate.</summary>
    SignatureInvalid,

    /// <summary>The group has ended.</summary>
    GroupEnded,

    /// <summary>The envelope's organization, group or epoch is not the head's.</summary>
    EnvelopeMoved,

    /// <summary>The envelope's suite is not the own key's, not allowed, or weaker than one seen before.</summary>
    SuiteDowngraded,

    /// <summary>The own leaf does not prove into the head's roster.</summary>
    NotInRoster,

    /// <summary>HPKE does not open it.</summary>
    DoesNotOpen,

    /// <summary>It opens to another key than the one that the statement commits to.</summary>
    CommitmentMismatch,
}

/// <summary>What opening came to.</summary>
public sealed class OpenResult : IDisposable
{
    private OpenResult(OpenOutcome outcome, OpenReason reason)
    {
        Outcome = outcome;
        Reason = reason;
    }

    /// <summary>The outcome.</summary>
    public OpenOutcome Outcome { get; }

    /// <summary>The reason, when it was not opened.</summary>
    public OpenReason Reason { get; }

    /// <summary>The vault key, exactly when opened. Disposed with this result.</summary>
    public VaultKey? Key { get; private init; }

    /// <summary>What to remember from now on, exactly when opened.</summary>
    public GroupMemory? Memory { get; private init; }

    /// <summary>The verified statements, head last; empty unless opened. <see cref="History"/> reads older keys with them.</summary>
    public IReadOnlyList<Statement> Statements { get; private init; } = [];

    /// <inheritdoc/>
    public void Dispose() => Key?.Dispose();

    internal static OpenResult Failed(OpenOutcome outcome, OpenReason reason) => new(outcome, reason);

    internal static OpenResult Success(VaultKey key, GroupMemory memory, IReadOnlyList<Statement> statements)
        => new(OpenOutcome.Opened, OpenReason.None) { Key = key, Memory = memory, Statements = statements };
}
