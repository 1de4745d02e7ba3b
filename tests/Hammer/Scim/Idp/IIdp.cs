namespace EncryptionService.Hammer.Scim.Idp;

/// <summary>An IdP: does each step with the requests, and the quirks, that the real one has.</summary>
internal interface IIdp
{
    /// <summary>How it introduces itself.</summary>
    string Agent { get; }

    /// <summary>What an administrator's test of the connection sends.</summary>
    Task TestConnectionAsync(CancellationToken cancellationToken);

    /// <summary>A user is assigned, for the first time or again.</summary>
    Task AddAsync(IdpUser user, CancellationToken cancellationToken);

    /// <summary>A user leaves.</summary>
    Task RemoveAsync(IdpUser user, CancellationToken cancellationToken);

    Task AddAsync(IdpGroup group, string name, CancellationToken cancellationToken);

    Task RenameAsync(IdpGroup group, string name, CancellationToken cancellationToken);

    Task RemoveAsync(IdpGroup group, CancellationToken cancellationToken);

    /// <summary>Members of a group join and leave. The group's <see cref="IdpGroup.Members"/> are those after it.</summary>
    Task ChangeAsync(IdpGroup group, IReadOnlyList<IdpUser> joining, IReadOnlyList<IdpUser> leaving, CancellationToken cancellationToken);
}

/// <summary>Hands a step to the IdP.</summary>
internal static class Steps
{
    public static async Task RunAsync(this IIdp idp, ScimStep step, CancellationToken cancellationToken)
    {
        switch (step.Kind)
        {
            case StepKind.UserAdded:
                await idp.AddAsync(step.User!, cancellationToken);
                break;
            case StepKind.UserRemoved:
                await idp.RemoveAsync(step.User!, cancellationToken);
                break;
            case StepKind.GroupAdded:
                await idp.AddAsync(step.Group!, step.Name, cancellationToken);
                step.Group!.Name = step.Name;
                break;
            case StepKind.GroupRenamed:
                await idp.RenameAsync(step.Group!, step.Name, cancellationToken);
                step.Group!.Name = step.Name;
                break;
            case StepKind.GroupRemoved:
                await idp.RemoveAsync(step.Group!, cancellationToken);
                step.Group!.Ended = true;
                break;
            default:
                step.Group!.Members.UnionWith(step.Joining);
                step.Group.Members.ExceptWith(step.Leaving);
                await idp.ChangeAsync(step.Group, step.Joining, step.Leaving, cancellationToken);
                break;
        }
    }
}
