namespace EncryptionService.Provisioning.Directory;

/// <summary>Why the directory did not do what it was asked.</summary>
internal enum DirectoryProblem
{
    /// <summary>It did.</summary>
    None,

    /// <summary>No such member or group in this organization.</summary>
    NotFound,

    /// <summary>Somebody else in the organization has that name.</summary>
    NameTaken,

    /// <summary>A member that is to join a group does not exist in this organization.</summary>
    MemberUnknown,

    /// <summary>The organization has no encryption service yet, and so no groups.</summary>
    NoService,
}

/// <summary>What the directory did, or why not.</summary>
/// <param name="Problem">Why not; <see cref="DirectoryProblem.None"/> if it did.</param>
/// <param name="Value">The row as it is now; null if there is a problem.</param>
/// <param name="Detail">With <see cref="DirectoryProblem.MemberUnknown"/>: the id.</param>
/// <param name="Change">What changed; null: nothing did.</param>
internal readonly record struct DirectoryResult<T>(DirectoryProblem Problem, T? Value, string? Detail = null, DirectoryChange? Change = null)
    where T : class;

/// <summary>What a call changed.</summary>
/// <param name="Action">As in the audit trail, e.g. <c>member.suspended</c>.</param>
/// <param name="Joined">Members who joined a group.</param>
/// <param name="Left">Members who left it.</param>
internal sealed record DirectoryChange(string Action, IReadOnlyCollection<string> Joined, IReadOnlyCollection<string> Left)
{
    /// <summary>A change of something else than members of a group.</summary>
    public DirectoryChange(string action)
        : this(action, [], [])
    {
    }
}
