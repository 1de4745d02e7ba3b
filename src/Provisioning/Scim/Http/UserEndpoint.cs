using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Scim.Store;

namespace EncryptionService.Provisioning.Scim.Http;

/// <summary><c>/Users</c>.</summary>
internal sealed class UserEndpoint(UserQueries queries, MemberDirectory members)
{
    /// <summary>GET of the list: no match is an empty list (docs/spec/scim.md, 3).</summary>
    public async Task<ScimAnswer> ListAsync(ScimCall call)
    {
        var filter = call.ReadFilter(ResourceType.User);
        var page = call.ReadPage();
        var selection = call.ReadSelection(ResourceType.User);
        var (total, found) = await queries.ListAsync(call.Organization, filter, page, call.BaseUrl, call.CancellationToken);
        call.NoteFound(total);
        return ScimAnswer.Ok(page.Write(total, [.. found.Select(selection.Apply)]));
    }

    /// <summary>GET of one.</summary>
    public async Task<ScimAnswer> GetAsync(ScimCall call, string id)
    {
        var selection = call.ReadSelection(ResourceType.User);
        var row = await queries.FindAsync(call.Organization, id, call.CancellationToken) ?? throw new ScimFailure(ScimError.NotFound(id));
        call.Note.Name = row.UserName;
        return ScimAnswer.Ok(selection.Apply(MemberResource.Write(row, call.BaseUrl)));
    }

    /// <summary>POST.</summary>
    public async Task<ScimAnswer> CreateAsync(ScimCall call)
    {
        var selection = call.ReadSelection(ResourceType.User);
        var user = Read(await call.ReadBodyAsync());
        call.Note.Name = user.UserName;
        var result = await members.CreateAsync(call.Organization, MemberResource.DraftOf(user, active: true), call.Actor, call.CancellationToken);
        var row = Done(result, "");
        call.Note.ResourceId = row.Id;
        call.NoteChange(row.UserName, result.Change);
        return ScimAnswer.Created(
            selection.Apply(MemberResource.Write(row, call.BaseUrl)), ResourceMeta.LocationOf(call.BaseUrl, ResourceType.User, row.Id));
    }

    /// <summary>PUT: replaces what is kept; never creates (docs/spec/scim.md, 45).</summary>
    public async Task<ScimAnswer> ReplaceAsync(ScimCall call, string id)
    {
        var user = Read(await call.ReadBodyAsync());
        return await ChangeAsync(call, id, row => MemberResource.ReplacementOf(user, row));
    }

    /// <summary>PATCH: all operations or none.</summary>
    public async Task<ScimAnswer> PatchAsync(ScimCall call, string id)
    {
        if (!PatchRequest.TryRead(await call.ReadBodyAsync(), out var patch, out var error))
        {
            throw new ScimFailure(error);
        }

        return await ChangeAsync(
            call,
            id,
            row => UserPatch.TryApply(MemberResource.BodyOf(row), patch, id, out var patched, out var wrong)
                ? MemberResource.DraftOf(patched, row)
                : throw new ScimFailure(wrong));
    }

    /// <summary>DELETE: at once and for good; a second one finds nothing (docs/spec/scim.md, 13).</summary>
    public async Task<ScimAnswer> DeleteAsync(ScimCall call, string id)
    {
        var gone = await members.DeleteAsync(
            call.Organization, id, call.Actor,
            row =>
            {
                call.NoteChange(row.UserName, new("member.deleted"));
                return true;
            },
            call.CancellationToken);
        return gone ? ScimAnswer.NoContent : throw new ScimFailure(ScimError.NotFound(id));
    }

    private async Task<ScimAnswer> ChangeAsync(ScimCall call, string id, Func<MemberRow, MemberDraft> change)
    {
        var selection = call.ReadSelection(ResourceType.User);
        var attributes = "";
        var result = await members.UpdateAsync(
            call.Organization, id,
            row =>
            {
                call.Note.Name = row.UserName;
                var draft = change(row);
                attributes = MemberResource.Differences(MemberDraft.Of(row), draft);
                return draft;
            },
            call.Actor, call.CancellationToken);
        var row = Done(result, id);
        call.NoteChange(row.UserName, result.Change, attributes);
        return ScimAnswer.Ok(selection.Apply(MemberResource.Write(row, call.BaseUrl)));
    }

    private static UserBody Read(System.Text.Json.Nodes.JsonObject body) => UserBody.TryRead(body, out var user, out var error) ? user : throw new ScimFailure(error);

    private static MemberRow Done(DirectoryResult<MemberRow> result, string id) => result.Problem switch
    {
        DirectoryProblem.None => result.Value!,
        DirectoryProblem.NameTaken => throw new ScimFailure(ScimError.Uniqueness("Another user of the organization has that userName.")),
        _ => throw new ScimFailure(ScimError.NotFound(id)),
    };
}
