namespace EncryptionService.Formats;

/// <summary>The <c>typ</c> of every signed or sealed object, and how long each may be (envelope.md, section 1).</summary>
public static class JwsTypes
{
    /// <summary>Statement (envelope.md, section 6).</summary>
    public const string Statement = "eec-statement+jwt";

    /// <summary>Identity certificate (envelope.md, section 8).</summary>
    public const string Identity = "eec-identity+jwt";

    /// <summary>Key change (envelope.md, section 9).</summary>
    public const string KeyChange = "eec-key-change+jwt";

    /// <summary>Approval (envelope.md, section 9).</summary>
    public const string Approval = "eec-approval+jwt";

    /// <summary>Recovery (envelope.md, section 9).</summary>
    public const string Recovery = "eec-recovery+jwt";

    /// <summary>Adoption (envelope.md, sections 9 and 10).</summary>
    public const string Adoption = "eec-adoption+jwt";

    /// <summary>Registration of a member's keys (envelope.md, section 9).</summary>
    public const string Registration = "eec-registration+jwt";

    /// <summary>Call token (core.md, section 4).</summary>
    public const string Call = "eec-call+jwt";

    /// <summary>New call key of the core (core.md, section 4).</summary>
    public const string CallKey = "eec-call-key+jwt";

    /// <summary>Enrolment (core.md, section 2).</summary>
    public const string Enrolment = "eec-enrolment+jwt";

    /// <summary>Envelope, a JWE (envelope.md, section 4).</summary>
    public const string Envelope = "eec-envelope+jwe";

    /// <summary>Adopted key, a JWE (envelope.md, section 10).</summary>
    public const string AdoptedKey = "eec-adopted-key+jwe";

    /// <summary>Longest envelope, in characters.</summary>
    public const int MaxEnvelope = 2_048;

    /// <summary>Longest approval, in characters.</summary>
    public const int MaxApproval = 1_048_576;

    /// <summary>Longest JWS of any other kind, in characters.</summary>
    public const int MaxJws = 16_384;
}
