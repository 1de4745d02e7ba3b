using EncryptionService.Envelopes;

namespace EncryptionService.Cli.Texts;

/// <summary>The outcomes of opening in words for a person: what it is, and what to do.</summary>
internal static class OutcomeText
{
    private const string DoNotUse = "Do not use this group until your administrator has found out why; trying again does no harm.";

    public static string Headline(OpenOutcome outcome) => outcome switch
    {
        OpenOutcome.NotForMe => "NOT FOR ME: what the core gave out is sealed to somebody else, or to another key of yours.",
        OpenOutcome.Unverified => "UNVERIFIED: it cannot be said whether this key comes from your organization's service, so it is not handed out.",
        OpenOutcome.Forged => "FORGED: what the core gave out is not what your organization's service made. No key is handed out.",
        _ => "OPENED",
    };

    public static string Explain(OpenReason reason) => reason switch
    {
        OpenReason.OtherMember => "The envelope names another member. Is this the right file (--file)? If so, tell your administrator.",
        OpenReason.OtherKey => "The envelope is for another key than this file has. After new keys, wait until the service has sealed again; otherwise look for the file with the other key.",
        OpenReason.NothingPinned => "No organization code is trusted yet. Get it from your administrator, not from the core, and run: eec member trust <code>",
        OpenReason.NoCertificate => "The core gave no certificate for the identity that signed. Try again later; if it stays, tell your administrator.",
        OpenReason.EnvelopeMalformed => "The envelope is no envelope. " + DoNotUse,
        OpenReason.CertificateInvalid => "A certificate is not by the organization key that you trust. Compare the trusted code (eec member keys --offline) with your administrator's. " + DoNotUse,
        OpenReason.StatementMalformed => "A statement about the group does not parse, or there is none. " + DoNotUse,
        OpenReason.OtherGroup => "The statements are about another group. " + DoNotUse,
        OpenReason.ChainBroken => "The statements do not follow one another from where this file remembers the group. " + DoNotUse,
        OpenReason.RolledBack => "The core shows an older state of the group than this file has seen. " + DoNotUse,
        OpenReason.Forked => "The core shows another history of the group than this file has seen. " + DoNotUse,
        OpenReason.SignatureInvalid => "A signature does not verify. " + DoNotUse,
        OpenReason.GroupEnded => "The group has ended: its last statement says so, and no envelope goes with that. " + DoNotUse,
        OpenReason.EnvelopeMoved => "The envelope belongs to another group or epoch. " + DoNotUse,
        OpenReason.SuiteDowngraded => "The envelope uses a weaker algorithm than this group had, or one that is not allowed. " + DoNotUse,
        OpenReason.NotInRoster => "The service's signed list of members does not have you with these keys. " + DoNotUse,
        OpenReason.DoesNotOpen => "The envelope does not open with your key. " + DoNotUse,
        OpenReason.CommitmentMismatch => "The envelope holds another key than the one that the service committed to. " + DoNotUse,
        _ => "",
    };
}
