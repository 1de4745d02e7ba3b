using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>The answers about one group, page by page (member.md, section 5).</summary>
internal sealed class GroupPages
{
    /// <summary>A core that goes on and on is stopped here; 500 statements are the most of one page.</summary>
    private const int MaxStatements = 500_000;

    private readonly GroupId group;
    private readonly KnownGroup? known;
    private readonly List<string> statements = [];
    private GroupPage? last;
    private ulong after;

    public GroupPages(GroupId group, KnownGroup? known)
    {
        this.group = group;
        this.known = known;
        after = known?.Memory.Revision ?? 0;
    }

    public string DisplayName => last!.DisplayName;

    /// <summary>What to ask for next; null once everything is here.</summary>
    public string? NextPath => last is { More: false } ? null : $"/member/v1/groups/{group}?after={after}";

    public bool TryAdd(GroupPage page, out CoreProblem problem)
    {
        last = page;
        statements.AddRange(page.Statements);
        problem = null!;
        if (!page.More)
        {
            return true;
        }

        // Only where to go on is read here; opening verifies everything.
        if (page.Statements.Count == 0 || statements.Count > MaxStatements
            || !Statement.TryParse(page.Statements[^1], out var end, out _) || end.Revision <= after)
        {
            problem = CoreProblem.NotUnderstood("The core's pages of this group do not come to an end.");
            return false;
        }

        after = end.Revision;
        return true;
    }

    /// <summary>Opens; null if there is no envelope, or no proof to check it with.</summary>
    public OpenResult? Open(MemberFile file, MemberPrivateKeys keys) => last is not { Envelope: { } envelope, Proof: { } proof } ? null : Opener.Open(new OpenRequest
    {
        Organization = file.Organization,
        Group = group,
        Member = file.Member,
        Keys = keys,
        PinnedOrganization = file.Trusted,
        Memory = known?.Memory,
        LeastGeneration = file.Groups.Values.Select(each => each.Memory.Generation).DefaultIfEmpty().Max(),
        Envelope = envelope,
        Statements = FromTheKnownHead(),
        Proof = proof,
        Certificates = last.Certificates,
    });

    /// <summary>What came, with the remembered head before it if that is where it begins; if not, opening says best what is wrong with it.</summary>
    private List<string> FromTheKnownHead()
        => known is not null && (statements.Count == 0 || (Statement.TryParse(statements[0], out var first, out _) && first.Previous == known.Memory.Hash))
            ? [known.Statements[^1], .. statements]
            : statements;
}
