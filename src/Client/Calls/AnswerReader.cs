using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>Makes values of what the core says; null where an id, key id or statement is none.</summary>
internal static class AnswerReader
{
    private const int MaxProof = 256;
    private const int MaxCoreId = 512;

    public static Invitation? Invitation(InvitationJson json)
        => OrganizationId.TryParse(json.Organization, out var organization) && MemberId.TryParse(json.Member, out var member) && IsCoreId(json.Core)
            ? new Invitation(organization, ForeignText.Clean(json.OrganizationName), member, ForeignText.Clean(json.UserName), json.Core, json.Accepted)
            : null;

    public static MemberCard? Me(MeJson json)
        => OrganizationId.TryParse(json.Organization, out var organization) && MemberId.TryParse(json.Member, out var member) && IsCoreId(json.Core)
            && Keys(json.Keys.Alg, json.Keys.Hpke, json.Keys.Sig) is { } keys
            ? new MemberCard(
                organization, ForeignText.Clean(json.OrganizationName), member, ForeignText.Clean(json.UserName), json.Core, keys, json.Counter, json.Pinned)
            : null;

    public static IReadOnlyList<GroupCard>? Groups(GroupsJson json) => All(json.Groups, group => GroupId.TryParse(group.Group, out var id)
        ? new GroupCard(id, ForeignText.Clean(group.DisplayName), group.Epoch, group.Revision, group.Envelope)
        : null);

    public static GroupPage? Page(GroupPageJson json, GroupId expected)
        => json.Group == expected.Value && json.Proof is null or { Count: <= MaxProof } && ToProof(json.Proof, out var proof)
            ? new GroupPage(ForeignText.Clean(json.DisplayName), json.Envelope, json.Statements, proof, json.Certificates, json.More)
            : null;

    public static PendingMembers? Pending(PendingJson json)
        => OrganizationId.TryParse(json.Organization, out var organization) && All(json.Members, Pending) is { } members
            ? new PendingMembers(organization, members)
            : null;

    public static GroupHead? Head(HeadJson json, GroupId expected)
        => json.Group == expected.Value && Statement.TryParse(json.Statement, out var statement, out _)
            && statement.Group == expected && statement.Revision == json.Revision
            ? new GroupHead(ForeignText.Clean(json.DisplayName), statement, json.Frozen)
            : null;

    public static Submitted? Submitted(SubmittedJson json)
        => All(json.Refused, refused => new RefusedMember(ForeignText.Clean(refused.Member), ForeignText.Clean(refused.Reason))) is { } refused
            ? new Submitted(json.Accepted, refused)
            : null;

    private static PendingMember? Pending(PendingMemberJson json)
        => MemberId.TryParse(json.Member, out var member) && Keys(json.Alg, json.Hpke, json.Sig) is { } keys
            ? new PendingMember(member, ForeignText.Clean(json.UserName), keys)
            : null;

    private static KeyIds? Keys(string alg, string hpke, string signing)
        => Suite.TryGet(alg, out var suite) && Thumbprint.TryParse(hpke, out var first) && Thumbprint.TryParse(signing, out var second)
            ? new KeyIds(suite.Name, first, second)
            : null;

    private static bool IsCoreId(string text) => text.Length is > 0 and <= MaxCoreId && !text.Any(char.IsControl);

    /// <summary>The proof as the JSON text that opening reads; elements that are no hash make it false.</summary>
    private static bool ToProof(IReadOnlyList<string>? siblings, out string? proof)
    {
        proof = siblings is null ? null : $"[{string.Join(',', siblings.Select(sibling => $"\"{sibling}\""))}]";
        return siblings is null || siblings.All(sibling => Digest32.TryParse(sibling, out _));
    }

    private static List<TOut>? All<TIn, TOut>(IReadOnlyList<TIn> items, Func<TIn, TOut?> read)
        where TOut : class
    {
        var result = new List<TOut>(items.Count);
        foreach (var item in items)
        {
            if (item is null || read(item) is not { } value)
            {
                return null;
            }

            result.Add(value);
        }

        return result;
    }
}
