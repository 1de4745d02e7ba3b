using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Directory;

/// <summary>Groups: created, renamed, filled, emptied, deleted. Each call is one transaction, with its events and its audit lines; what it costs follows from the change, not from the size of the group.</summary>
internal sealed class GroupDirectory(CoreStore store, EffectiveRoster rosters, AuditTrail audit, OutboxBell bell, TimeProvider time)
{
    /// <summary>Longest reason for a rotation.</summary>
    public const int LongestReason = 200;

    /// <summary>Creates a group.</summary>
    /// <returns>The group, <see cref="DirectoryProblem.NameTaken"/>, <see cref="DirectoryProblem.MemberUnknown"/> or <see cref="DirectoryProblem.NoService"/>.</returns>
    public Task<DirectoryResult<GroupRow>> CreateAsync(
        string organization, string displayName, string? externalId, IReadOnlyList<string> members, Actor actor, CancellationToken cancellationToken) =>
        GuardAsync(
            async db =>
            {
                await RequireServiceAsync(db, organization, cancellationToken);
                await HoldMembersAsync(db, organization, members, cancellationToken);
                var now = time.GetUtcNow();
                var row = new GroupRow
                {
                    Id = Guid.CreateVersion7(now).ToString(),
                    OrganizationId = organization,
                    DisplayName = displayName,
                    DisplayNameKey = Folding.Fold(displayName),
                    ExternalId = externalId,
                    CreatedAt = now,
                    ModifiedAt = now,
                };
                db.Groups.Add(row);
                rosters.Begin(db, organization, row.Id);
                audit.Add(db, organization, actor, "group.created", row.Id, displayName);
                var membership = new Membership(db, row.Id, now);
                await membership.AddAsync(members, cancellationToken);
                await rosters.TouchAsync(db, [row.Id], [.. members.Distinct()], cancellationToken);
                return (row, membership.As("group.created"));
            },
            cancellationToken);

    /// <summary>Changes a group.</summary>
    /// <returns>The group, or why not; then nothing has changed.</returns>
    public Task<DirectoryResult<GroupRow>> UpdateAsync(string organization, string id, GroupDraft draft, Actor actor, CancellationToken cancellationToken) =>
        GuardAsync(
            async db =>
            {
                await RequireServiceAsync(db, organization, cancellationToken);
                var joining = draft.Members.Where(change => change.Verb != MembershipVerb.Remove).SelectMany(change => change.Members).Distinct().ToList();
                await HoldMembersAsync(db, organization, joining, cancellationToken);
                var row = await HoldAsync(db, organization, id, cancellationToken);
                var named = Rename(row, draft);
                var membership = new Membership(db, id, time.GetUtcNow());
                foreach (var change in draft.Members)
                {
                    await membership.ApplyAsync(change, cancellationToken);
                }

                if (!named && membership.Touched.Count == 0)
                {
                    return (row, null);
                }

                row.ModifiedAt = time.GetUtcNow();
                audit.Add(db, organization, actor, "group.changed", id, row.DisplayName, membership.Account);
                await rosters.TouchAsync(db, [id], membership.Touched, cancellationToken);
                return (row, membership.As(named ? "group.renamed" : "group.changed"));
            },
            cancellationToken);

    /// <summary>Deletes a group at once, for good.</summary>
    /// <returns>The group as it was, <see cref="DirectoryProblem.NotFound"/> or <see cref="DirectoryProblem.NoService"/>.</returns>
    public Task<DirectoryResult<GroupRow>> DeleteAsync(string organization, string id, Actor actor, CancellationToken cancellationToken) =>
        GuardAsync(
            async db =>
            {
                await RequireServiceAsync(db, organization, cancellationToken);
                var row = await HoldAsync(db, organization, id, cancellationToken);
                var lane = await db.Lanes.SingleAsync(lane => lane.GroupId == id, cancellationToken);
                db.Groups.Remove(row);
                audit.Add(db, organization, actor, "group.deleted", id, row.DisplayName);
                await rosters.EndAsync(db, lane, cancellationToken);
                return (row, new("group.deleted"));
            },
            cancellationToken);

    /// <summary>Asks for a new epoch.</summary>
    /// <param name="organization">Organization.</param>
    /// <param name="id">Group.</param>
    /// <param name="reason">Why, for whoever looks at the group's history; at most <see cref="LongestReason"/> characters; null: none was given.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The group, <see cref="DirectoryProblem.NotFound"/> or <see cref="DirectoryProblem.NoService"/>.</returns>
    public Task<DirectoryResult<GroupRow>> RotateAsync(string organization, string id, string? reason, Actor actor, CancellationToken cancellationToken) =>
        GuardAsync(
            async db =>
            {
                await RequireServiceAsync(db, organization, cancellationToken);
                var row = await HoldAsync(db, organization, id, cancellationToken);
                var lane = await db.Lanes.SingleAsync(lane => lane.GroupId == id, cancellationToken);
                var note = string.IsNullOrWhiteSpace(reason) ? null : ForeignText.OneLine(reason.Trim(), LongestReason);
                rosters.Rotate(db, lane, note);
                audit.Add(db, organization, actor, "group.rotation", id, row.DisplayName, note);
                return (row, new("group.rotation"));
            },
            cancellationToken);

    private static bool Rename(GroupRow row, GroupDraft draft)
    {
        var (name, externalId) = (row.DisplayName, row.ExternalId);
        row.DisplayName = draft.DisplayName ?? row.DisplayName;
        row.DisplayNameKey = Folding.Fold(row.DisplayName);
        row.ExternalId = draft.ExternalId is { } sent ? sent.Item1 : row.ExternalId;
        return row.DisplayName != name || row.ExternalId != externalId;
    }

    private static async Task RequireServiceAsync(CoreDb db, string organization, CancellationToken cancellationToken)
    {
        if (!await db.Services.AnyAsync(service => service.OrganizationId == organization, cancellationToken))
        {
            throw new RefusedException(DirectoryProblem.NoService);
        }
    }

    /// <summary>Holds those who are to join: nobody suspends or deletes them until their group knows.</summary>
    private async Task HoldMembersAsync(CoreDb db, string organization, IReadOnlyCollection<string> members, CancellationToken cancellationToken)
    {
        if (members.Count == 0)
        {
            return;
        }

        await store.Dialect.LockMembersAsync(db, members, share: true, cancellationToken);
        var known = await db.Members.Where(row => members.Contains(row.Id) && row.OrganizationId == organization).Select(row => row.Id).ToListAsync(cancellationToken);
        if (members.Except(known).FirstOrDefault() is { } unknown)
        {
            throw new RefusedException(DirectoryProblem.MemberUnknown, unknown);
        }
    }

    private async Task<GroupRow> HoldAsync(CoreDb db, string organization, string id, CancellationToken cancellationToken)
    {
        await store.Dialect.LockLanesAsync(db, [id], cancellationToken);
        return await db.Groups.SingleOrDefaultAsync(row => row.Id == id && row.OrganizationId == organization, cancellationToken)
            ?? throw new RefusedException(DirectoryProblem.NotFound);
    }

    private async Task<DirectoryResult<GroupRow>> GuardAsync(Func<CoreDb, Task<(GroupRow Row, DirectoryChange? Change)>> work, CancellationToken cancellationToken)
    {
        try
        {
            var (row, change) = await store.WriteAsync(work, cancellationToken);
            bell.Ring();
            return new(DirectoryProblem.None, row, Change: change);
        }
        catch (UniqueException)
        {
            return new(DirectoryProblem.NameTaken, null);
        }
        catch (RefusedException refused)
        {
            return new(refused.Problem, null, refused.Message);
        }
    }
}
