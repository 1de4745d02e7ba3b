using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>An operator's calls of the core (member.md, section 7). Everything that it tells is the core's word.</summary>
/// <param name="core">The core; stays the caller's.</param>
/// <param name="token">The organization's operator token.</param>
public sealed class OperatorClient(CoreClient core, string token)
{
    /// <summary>Members whose keys wait for an approval.</summary>
    public Task<CoreAnswer<PendingMembers>> PendingAsync(CancellationToken cancellationToken)
        => core.SendAsync(With(CoreCall.Get("/operator/v1/pending")), CoreJson.Default.PendingJson, AnswerReader.Pending, cancellationToken);

    /// <summary>The newest statement of a group.</summary>
    public Task<CoreAnswer<GroupHead>> HeadAsync(GroupId group, CancellationToken cancellationToken) => core.SendAsync(
        With(CoreCall.Get($"/operator/v1/groups/{group}")), CoreJson.Default.HeadJson, json => AnswerReader.Head(json, group), cancellationToken);

    /// <summary>Sends an approval or a recovery.</summary>
    /// <param name="document">The compact JWS.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<CoreAnswer<Submitted>> SubmitAsync(string document, CancellationToken cancellationToken) => core.SendAsync(
        With(CoreCall.Post("/operator/v1/documents", new DocumentJson(document), CoreJson.Default.DocumentJson)),
        CoreJson.Default.SubmittedJson, AnswerReader.Submitted, cancellationToken);

    /// <summary>The type's name and nothing else.</summary>
    public override string ToString() => nameof(OperatorClient);

    private CoreCall With(CoreCall call) => call with { Bearer = token };
}
