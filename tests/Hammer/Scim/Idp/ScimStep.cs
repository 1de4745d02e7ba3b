namespace EncryptionService.Hammer.Scim.Idp;

/// <summary>What an IdP does to one user or one group.</summary>
internal enum StepKind
{
    UserAdded,
    UserRemoved,
    GroupAdded,
    GroupRenamed,
    GroupRemoved,
    MembersChanged,
}

/// <summary>One step of the replay: what is done, and what has to be done before.</summary>
internal sealed record ScimStep(StepKind Kind, double Share)
{
    public IdpUser? User { get; init; }

    public IdpGroup? Group { get; init; }

    /// <summary>The group's name after the step.</summary>
    public string Name { get; init; } = "";

    /// <summary>Who joins.</summary>
    public IReadOnlyList<IdpUser> Joining { get; init; } = [];

    /// <summary>Who leaves.</summary>
    public IReadOnlyList<IdpUser> Leaving { get; init; } = [];

    /// <summary>What the step changes: all earlier steps that change or need one of these come first.</summary>
    public required IReadOnlyList<string> Changes { get; init; }

    /// <summary>What the step needs: all earlier steps that change one of these come first.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];
}
