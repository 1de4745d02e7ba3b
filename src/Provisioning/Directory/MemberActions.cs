namespace EncryptionService.Provisioning.Directory;

/// <summary>What became of an administrator's wish.</summary>
internal enum MemberActionResult
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>The organization has no such member.</summary>
    Unknown,

    /// <summary>The member is active: there is nothing to restore, and deletion is the directory's business.</summary>
    Active,
}

/// <summary>What an administrator does to a suspended member. The next word of the directory about the member holds again.</summary>
internal sealed class MemberActions(MemberDirectory members)
{
    /// <summary>Ends a suspension, with groups and data as they were; or allows a forbidden invitation.</summary>
    public async Task<MemberActionResult> RestoreAsync(string organization, string member, Actor actor, CancellationToken cancellationToken)
    {
        var result = await members.UpdateAsync(organization, member, row => MemberDraft.Of(row) with { Active = true }, actor, cancellationToken);
        return result.Problem != DirectoryProblem.None ? MemberActionResult.Unknown : result.Change is null ? MemberActionResult.Active : MemberActionResult.Done;
    }

    /// <summary>Deletes a suspended member for good, before the time has come.</summary>
    public async Task<MemberActionResult> DeleteNowAsync(string organization, string member, Actor actor, CancellationToken cancellationToken)
    {
        var isActive = false;
        var gone = await members.DeleteAsync(organization, member, actor, row => !(isActive = row.Active), cancellationToken);
        return gone ? MemberActionResult.Done : isActive ? MemberActionResult.Active : MemberActionResult.Unknown;
    }
}
