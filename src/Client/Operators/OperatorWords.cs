using System.Security.Cryptography;
using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>What an operator signs (envelope.md, section 9).</summary>
public static class OperatorWords
{
    /// <summary>Most members in one approval: a document of this many fits into one request with room to spare.</summary>
    public const int MembersInOne = 2_000;

    private const long Lifetime = 7 * 24 * 60 * 60;

    /// <summary>Approvals of exactly these keys.</summary>
    /// <param name="key">The operator's key.</param>
    /// <param name="organization">The organization.</param>
    /// <param name="members">The members, none twice.</param>
    /// <param name="now">The time.</param>
    /// <returns>Compact JWS, one for each <see cref="MembersInOne"/> members.</returns>
    public static IReadOnlyList<string> Approve(ECDsa key, OrganizationId organization, IEnumerable<PendingMember> members, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        return [.. members.Chunk(MembersInOne).Select(chunk => JwsSigner.Sign(key, new Approval
        {
            Organization = organization,
            Members = [.. chunk.Select(member => new ApprovedMember(member.Member, member.Keys))],
            IssuedAt = seconds,
            ExpiresAt = seconds + Lifetime,
            Id = MemberWords.NewId(),
        }))];
    }

    /// <summary>The end of a freeze: names the statement that is ahead of the service's ledger.</summary>
    /// <param name="key">The operator's key.</param>
    /// <param name="ahead">That statement.</param>
    /// <param name="now">The time.</param>
    /// <returns>The compact JWS.</returns>
    public static string Recover(ECDsa key, Statement ahead, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(ahead);
        var seconds = now.ToUnixTimeSeconds();
        return JwsSigner.Sign(key, new Recovery
        {
            Organization = ahead.Organization,
            Group = ahead.Group,
            Revision = ahead.Revision,
            StatementHash = ahead.Hash,
            IssuedAt = seconds,
            ExpiresAt = seconds + Lifetime,
            Id = MemberWords.NewId(),
        });
    }
}
