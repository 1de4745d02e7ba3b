using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Directory;

/// <summary>Members: created, changed, suspended, restored, deleted. Each call is one transaction, with its events and its audit lines.</summary>
internal sealed class MemberDirectory(CoreStore store, EffectiveRoster rosters, AuditTrail audit, OutboxBell bell, TimeProvider time)
{
    /// <summary>Creates a pending member, and asks for an invitation if it is active.</summary>
    /// <returns>The member, or <see cref="DirectoryProblem.NameTaken"/>.</returns>
    public async Task<DirectoryResult<MemberRow>> CreateAsync(string organization, MemberDraft draft, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            var row = await store.WriteAsync(db => Task.FromResult(Create(db, organization, draft, actor)), cancellationToken);
            return new(DirectoryProblem.None, row, Change: new("member.created"));
        }
        catch (UniqueException)
        {
            return new(DirectoryProblem.NameTaken, null);
        }
    }

    /// <summary>Changes a member.</summary>
    /// <param name="organization">Organization.</param>
    /// <param name="id">Member.</param>
    /// <param name="change">From how the member is to how it has to be; an exception of it changes nothing and passes through.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The member as it is now, <see cref="DirectoryProblem.NotFound"/> or <see cref="DirectoryProblem.NameTaken"/>.</returns>
    public async Task<DirectoryResult<MemberRow>> UpdateAsync(
        string organization, string id, Func<MemberRow, MemberDraft> change, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            var (row, told, action) = await store.WriteAsync(db => UpdateAsync(db, organization, id, change, actor, cancellationToken), cancellationToken);
            RingIf(told);
            return row is null ? new(DirectoryProblem.NotFound, null) : new(DirectoryProblem.None, row, Change: action is null ? null : new(action));
        }
        catch (UniqueException)
        {
            return new(DirectoryProblem.NameTaken, null);
        }
    }

    /// <summary>Deletes a member at once, for good.</summary>
    /// <param name="organization">Organization.</param>
    /// <param name="id">Member.</param>
    /// <param name="actor">Who.</param>
    /// <param name="onlyIf">Looked at with the member held; false leaves the member alone.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>False if there is no such member, or it was left alone.</returns>
    public async Task<bool> DeleteAsync(string organization, string id, Actor actor, Func<MemberRow, bool>? onlyIf, CancellationToken cancellationToken)
    {
        var (deleted, told) = await store.WriteAsync(
            async db =>
            {
                var row = await HoldAsync(db, organization, id, cancellationToken);
                if (row is null || onlyIf?.Invoke(row) == false)
                {
                    return (false, false);
                }

                var groups = await GroupsOfAsync(db, id, cancellationToken);
                db.Members.Remove(row);
                audit.Add(db, organization, actor, "member.deleted", id, row.UserName);
                return (true, await rosters.TouchAsync(db, groups, [id], cancellationToken));
            },
            cancellationToken);
        RingIf(told);
        return deleted;
    }

    private static async Task<List<string>> GroupsOfAsync(CoreDb db, string id, CancellationToken cancellationToken) =>
        await db.GroupMembers.Where(row => row.MemberId == id).Select(row => row.GroupId).ToListAsync(cancellationToken);

    private static string NameOfChange(MemberRow row, MemberDraft draft) => (row.Active, draft.Active) switch
    {
        (true, false) => row.AcceptedAt is null ? "member.forbidden" : "member.suspended",
        (false, true) => "member.restored",
        _ => "member.changed",
    };

    private MemberRow Create(CoreDb db, string organization, MemberDraft draft, Actor actor)
    {
        var now = time.GetUtcNow();
        var row = new MemberRow
        {
            Id = Guid.CreateVersion7(now).ToString(),
            OrganizationId = organization,
            UserName = draft.UserName,
            UserNameKey = Folding.Fold(draft.UserName),
            ExternalId = draft.ExternalId,
            DisplayName = draft.DisplayName,
            Active = draft.Active,
            SuspendedAt = draft.Active ? null : now,
            Profile = draft.Profile,
            CreatedAt = now,
            ModifiedAt = now,
        };
        db.Members.Add(row);
        db.Listings.Add(Listing.Of(row));
        db.Invitations.Add(new InvitationRow { MemberId = row.Id, CreatedAt = now, DueAt = draft.Active ? now : null });
        audit.Add(db, organization, actor, "member.created", row.Id, row.UserName);
        return row;
    }

    private async Task<(MemberRow? Row, bool Told, string? Action)> UpdateAsync(
        CoreDb db, string organization, string id, Func<MemberRow, MemberDraft> change, Actor actor, CancellationToken cancellationToken)
    {
        var row = await HoldAsync(db, organization, id, cancellationToken);
        if (row is null)
        {
            return (null, false, null);
        }

        var draft = change(row);
        if (draft == MemberDraft.Of(row))
        {
            return (row, false, null);
        }

        var action = NameOfChange(row, draft);
        audit.Add(db, organization, actor, action, id, draft.UserName);
        var (wasActive, mayHaveAnAddress) = (row.Active, row.Profile != draft.Profile || row.UserName != draft.UserName);
        var isListedOtherwise = mayHaveAnAddress || row.DisplayName != draft.DisplayName;
        Take(row, draft);
        if (isListedOtherwise)
        {
            await ListAsync(db, row, cancellationToken);
        }

        if (wasActive == row.Active)
        {
            if (mayHaveAnAddress && row.Active && row.AcceptedAt is null)
            {
                await WakeInvitationAsync(db, id, cancellationToken);
            }

            return (row, false, action);
        }

        await TurnInvitationAsync(db, row, cancellationToken);
        return (row, await rosters.TouchAsync(db, await GroupsOfAsync(db, id, cancellationToken), [id], cancellationToken), action);
    }

    private void Take(MemberRow row, MemberDraft draft)
    {
        var now = time.GetUtcNow();
        row.UserName = draft.UserName;
        row.UserNameKey = Folding.Fold(draft.UserName);
        row.ExternalId = draft.ExternalId;
        row.DisplayName = draft.DisplayName;
        row.Profile = draft.Profile;
        row.ModifiedAt = now;
        if (row.Active != draft.Active)
        {
            row.Active = draft.Active;
            row.SuspendedAt = draft.Active ? null : now;
        }
    }

    private static async Task ListAsync(CoreDb db, MemberRow row, CancellationToken cancellationToken)
    {
        if (await db.Listings.SingleOrDefaultAsync(listing => listing.MemberId == row.Id, cancellationToken) is { } listing)
        {
            Listing.Write(listing, row);
        }
        else
        {
            db.Listings.Add(Listing.Of(row));
        }
    }

    /// <summary>A forbidden invitation is not mailed; once allowed again it is, if it never was.</summary>
    private async Task TurnInvitationAsync(CoreDb db, MemberRow row, CancellationToken cancellationToken)
    {
        var invitation = await db.Invitations.SingleAsync(invitation => invitation.MemberId == row.Id, cancellationToken);
        invitation.DueAt = row.Active && row.AcceptedAt is null && invitation.SentAt is null ? time.GetUtcNow() : null;
    }

    /// <summary>A mail that was given up, for want of an address perhaps, has another chance.</summary>
    private async Task WakeInvitationAsync(CoreDb db, string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await db.Invitations.Where(row => row.MemberId == id && row.DueAt == null && row.SentAt == null && row.Problem != null).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.DueAt, now).SetProperty(row => row.Attempts, 0), cancellationToken);
    }

    private async Task<MemberRow?> HoldAsync(CoreDb db, string organization, string id, CancellationToken cancellationToken)
    {
        await store.Dialect.LockMembersAsync(db, [id], share: false, cancellationToken);
        return await db.Members.SingleOrDefaultAsync(row => row.Id == id && row.OrganizationId == organization, cancellationToken);
    }

    private void RingIf(bool told)
    {
        if (told)
        {
            bell.Ring();
        }
    }
}
