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
internal readonly record struct DirectoryResult<T>(DirectoryProblem Problem, T? Value, string? Detail = null)
    where T : class;
