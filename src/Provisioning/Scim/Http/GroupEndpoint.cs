using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Scim.Store;

namespace EncryptionService.Provisioning.Scim.Http;

/// <summary><c>/Groups</c>. Without an enrolled service there are none: reads find nothing, writes are forbidden (docs/spec/scim.md, 55).</summary>
internal sealed class GroupEndpoint(GroupQueries queries, GroupDirectory groups)
{
    /// <summary>GET of the list.</summary>
    public async Task<ScimAnswer> ListAsync(ScimCall call)
    {
        var filter = call.ReadFilter(ResourceType.Group);
        var page = call.ReadPage();
        var selection = call.ReadSelection(ResourceType.Group);
        var (total, found) = await queries.ListAsync(
            call.Organization, filter, page, selection.Includes(GroupSchema.Members), call.BaseUrl, call.CancellationToken);
        call.NoteFound(total);
        return ScimAnswer.Ok(page.Write(total, [.. found.Select(selection.Apply)]));
    }

    /// <summary>GET of one.</summary>
    public async Task<ScimAnswer> GetAsync(ScimCall call, string id) => ScimAnswer.Ok(await FindAsync(call, id));

    /// <summary>POST.</summary>
    public async Task<ScimAnswer> CreateAsync(ScimCall call)
    {
        var group = await ReadAsync(call);
        call.Note.Name = group.DisplayName;
        var result = await groups.CreateAsync(call.Organization, group.DisplayName, group.ExternalId, group.Members ?? [], call.Actor, call.CancellationToken);
        var row = Done(result, "");
        call.Note.ResourceId = row.Id;
        call.NoteChange(row.DisplayName, result.Change);
        return ScimAnswer.Created(await FindAsync(call, row.Id), ResourceMeta.LocationOf(call.BaseUrl, ResourceType.Group, row.Id));
    }

    /// <summary>PUT: name and all members; without a word on members they stay. The answer leaves them out (docs/spec/scim.md, 40).</summary>
    public async Task<ScimAnswer> ReplaceAsync(ScimCall call, string id)
    {
        var selection = call.ReadSelection(ResourceType.Group);
        var group = await ReadAsync(call);
        IReadOnlyList<MembershipChange> members = group.Members is { } all ? [new(MembershipVerb.Replace, all)] : [];
        var draft = new GroupDraft(group.DisplayName, new(group.ExternalId), members);
        var row = await UpdateAsync(call, id, draft);
        return ScimAnswer.Ok(selection.Apply(GroupResource.Write(row, null, call.BaseUrl)));
    }

    /// <summary>PATCH: all operations or none, and no body (docs/spec/scim.md, 24).</summary>
    public async Task<ScimAnswer> PatchAsync(ScimCall call, string id)
    {
        if (!PatchRequest.TryRead(await call.ReadBodyAsync(), out var patch, out var error) || !GroupPatch.TryRead(patch, id, out var change, out error))
        {
            throw new ScimFailure(error);
        }

        var draft = new GroupDraft(change.DisplayName, change.ChangesExternalId ? new(change.ExternalId) : null, Join(change.Members.Select(Of)));
        await UpdateAsync(call, id, draft);
        return ScimAnswer.NoContent;
    }

    /// <summary>DELETE: at once and for good.</summary>
    public async Task<ScimAnswer> DeleteAsync(ScimCall call, string id)
    {
        var result = await groups.DeleteAsync(call.Organization, id, call.Actor, call.CancellationToken);
        call.NoteChange(Done(result, id).DisplayName, result.Change);
        return ScimAnswer.NoContent;
    }

    private async Task<GroupRow> UpdateAsync(ScimCall call, string id, GroupDraft draft)
    {
        call.Note.Name = draft.DisplayName;
        var result = await groups.UpdateAsync(call.Organization, id, draft, call.Actor, call.CancellationToken);
        var row = Done(result, id);
        call.NoteChange(row.DisplayName, result.Change);
        return row;
    }

    private static MembershipChange Of(MemberChange change) => new(
        change switch
        {
            MemberChange.Add => MembershipVerb.Add,
            MemberChange.Remove => MembershipVerb.Remove,
            _ => MembershipVerb.Replace,
        },
        change.Ids);

    /// <summary>Neighbours that do the same are one change: a member an operation costs no more than all in one.</summary>
    private static List<MembershipChange> Join(IEnumerable<MembershipChange> changes)
    {
        var joined = new List<MembershipChange>();
        foreach (var change in changes)
        {
            if (change.Verb != MembershipVerb.Replace && joined.Count > 0 && joined[^1].Verb == change.Verb)
            {
                joined[^1] = new MembershipChange(change.Verb, [.. joined[^1].Members, .. change.Members]);
            }
            else
            {
                joined.Add(change);
            }
        }

        return joined;
    }

    private static async Task<GroupBody> ReadAsync(ScimCall call) =>
        GroupBody.TryRead(await call.ReadBodyAsync(), out var group, out var error) ? group : throw new ScimFailure(error);

    private static GroupRow Done(DirectoryResult<GroupRow> result, string id) => result.Problem switch
    {
        DirectoryProblem.None => result.Value!,
        DirectoryProblem.NameTaken => throw new ScimFailure(ScimError.Uniqueness("Another group of the organization has that displayName.")),
        DirectoryProblem.NoService => throw new ScimFailure(ScimError.Forbidden("The organization has no encryption service yet, and so no groups.")),
        DirectoryProblem.MemberUnknown => throw new ScimFailure(ScimError.NotFound(result.Detail!)),
        _ => throw new ScimFailure(ScimError.NotFound(id)),
    };

    private async Task<System.Text.Json.Nodes.JsonObject> FindAsync(ScimCall call, string id)
    {
        var selection = call.ReadSelection(ResourceType.Group);
        var found = await queries.FindAsync(call.Organization, id, selection.Includes(GroupSchema.Members), call.BaseUrl, call.CancellationToken);
        call.Note.Name ??= (string?)found?[GroupSchema.DisplayName.Name];
        return selection.Apply(found ?? throw new ScimFailure(ScimError.NotFound(id)));
    }
}
