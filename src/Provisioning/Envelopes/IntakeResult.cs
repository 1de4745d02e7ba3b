using EncryptionService.Formats;

namespace EncryptionService.Provisioning.Envelopes;

/// <summary>What the chain says to a statement.</summary>
internal enum IntakeVerdict
{
    /// <summary>It is the next one, and stored.</summary>
    Stored,

    /// <summary>It is there already.</summary>
    Known,

    /// <summary>One or more before it are missing.</summary>
    Gap,

    /// <summary>It is none of this group's statements; nothing was stored.</summary>
    Refused,

    /// <summary>It is by an enrolled identity, and contradicts what that identity signed before. An audit line says so; nothing else was stored.</summary>
    Fork,

    /// <summary>The organization has no such group.</summary>
    NoGroup,
}

/// <summary>The answer of <see cref="StatementIntake"/>.</summary>
/// <param name="Verdict">What became of it.</param>
/// <param name="Statement">The statement; null where it could not be read.</param>
/// <param name="Expected">The revision that the chain waits for; 0 where there is no group.</param>
/// <param name="Problem">One line; empty where there is no problem.</param>
internal sealed record IntakeResult(IntakeVerdict Verdict, Statement? Statement, long Expected, string Problem)
{
    /// <summary>True if the chain has the statement now.</summary>
    public bool IsThere => Verdict is IntakeVerdict.Stored or IntakeVerdict.Known;
}
