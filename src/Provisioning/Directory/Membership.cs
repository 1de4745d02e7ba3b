using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Directory;

/// <summary>Changes the members of one group row by row; the list as a whole is never read or written, but to replace it.</summary>
internal sealed class Membership(CoreDb db, string group, DateTimeOffset now)
{
    private readonly HashSet<string> touched = [];
    private readonly List<string> joined = [];
    private readonly List<string> left = [];

    /// <summary>Everybody who joined or left.</summary>
    public IReadOnlyCollection<string> Touched => touched;

    /// <summary>For the audit trail: how many joined and left; null if nobody.</summary>
    public string? Account => joined.Count + left.Count == 0 ? null : $"{joined.Count} joined, {left.Count} left";

    /// <summary>Who joined and left.</summary>
    public DirectoryChange As(string action) => new(action, joined, left);

    /// <summary>Applies a change.</summary>
    public async Task ApplyAsync(MembershipChange change, CancellationToken cancellationToken)
    {
        switch (change.Verb)
        {
            case MembershipVerb.Add:
                await AddAsync(change.Members, cancellationToken);
                break;
            case MembershipVerb.Remove:
                await RemoveAsync(change.Members, cancellationToken);
                break;
            default:
                await ReplaceAsync(change.Members, cancellationToken);
                break;
        }
    }

    /// <summary>These join.</summary>
    public async Task AddAsync(IReadOnlyCollection<string> members, CancellationToken cancellationToken)
    {
        var present = await PresentAsync(members, cancellationToken);
        foreach (var member in members.Distinct().Except(present))
        {
            db.GroupMembers.Add(new GroupMemberRow { GroupId = group, MemberId = member, AddedAt = now });
            touched.Add(member);
            joined.Add(member);
        }

        // A later change in the same request looks at the table.
        await db.SaveChangesAsync(cancellationToken);
    }

    private async Task RemoveAsync(IReadOnlyCollection<string> members, CancellationToken cancellationToken)
    {
        var present = await PresentAsync(members, cancellationToken);
        if (present.Count == 0)
        {
            return;
        }

        touched.UnionWith(present);
        await db.GroupMembers.Where(row => row.GroupId == group && present.Contains(row.MemberId)).ExecuteDeleteAsync(cancellationToken);
        left.AddRange(present);
        Forget(present);
    }

    private async Task ReplaceAsync(IReadOnlyCollection<string> members, CancellationToken cancellationToken)
    {
        var present = await db.GroupMembers.Where(row => row.GroupId == group).Select(row => row.MemberId).ToListAsync(cancellationToken);
        await RemoveAsync([.. present.Except(members)], cancellationToken);
        await AddAsync(members, cancellationToken);
    }

    private async Task<List<string>> PresentAsync(IReadOnlyCollection<string> members, CancellationToken cancellationToken) => members.Count == 0
        ? []
        : await db.GroupMembers.Where(row => row.GroupId == group && members.Contains(row.MemberId)).Select(row => row.MemberId).ToListAsync(cancellationToken);

    /// <summary>Rows that were added in this request and deleted again must not be tracked, or a third change could not add them.</summary>
    private void Forget(List<string> members)
    {
        foreach (var entry in db.ChangeTracker.Entries<GroupMemberRow>().Where(entry => members.Contains(entry.Entity.MemberId)).ToList())
        {
            entry.State = EntityState.Detached;
        }
    }
}
