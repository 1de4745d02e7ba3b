namespace EncryptionService.Provisioning.Views;

/// <summary>How far a member is. Each member has one of these.</summary>
internal enum MemberState
{
    /// <summary>Invited, and has not accepted.</summary>
    Pending,

    /// <summary>Has accepted and has no keys, so no group can be opened.</summary>
    NoKey,

    /// <summary>Has keys.</summary>
    Active,

    /// <summary>Suspended, with everything kept until the date of deletion.</summary>
    Suspended,

    /// <summary>Suspended before the invitation was accepted.</summary>
    Forbidden,
}

/// <summary>Members by state.</summary>
internal sealed record MemberCounts(int Pending, int NoKey, int Active, int Suspended, int Forbidden, int Waiting)
{
    /// <summary>All members; those who wait for an approval are in one of the states as well.</summary>
    public int All => Pending + NoKey + Active + Suspended + Forbidden;

    /// <summary>Of one state.</summary>
    public int Of(MemberState state) => state switch
    {
        MemberState.Pending => Pending,
        MemberState.NoKey => NoKey,
        MemberState.Active => Active,
        MemberState.Suspended => Suspended,
        _ => Forbidden,
    };
}
