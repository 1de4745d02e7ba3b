using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Doors;
using EncryptionService.Provisioning.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.MemberApi;

/// <summary>Says who a member is (docs/spec/member.md, sections 2 and 4).</summary>
internal sealed class MemberCard(IOptions<ProvisioningOptions> options)
{
    /// <summary>To whoever holds an invitation.</summary>
    public async Task<Answer> InvitationAsync(CoreDb db, MemberRow member, CancellationToken cancellationToken) => Answer.Json(
        new InvitationAnswer(
            member.OrganizationId, await NameAsync(db, member, cancellationToken), member.Id, member.UserName, options.Value.CoreId, member.AcceptedAt is not null),
        MemberAnswers.Default.InvitationAnswer);

    /// <summary>To the member.</summary>
    public async Task<Answer> MeAsync(CoreDb db, MemberRow member, MemberKeysRow keys, CancellationToken cancellationToken) => Answer.Json(
        new MeAnswer(
            member.OrganizationId, await NameAsync(db, member, cancellationToken), member.Id, member.UserName, options.Value.CoreId,
            new KeyIdsAnswer(keys.Hpke, keys.Alg, keys.Signing), keys.Counter, keys.Pinned),
        MemberAnswers.Default.MeAnswer);

    private static async Task<string> NameAsync(CoreDb db, MemberRow member, CancellationToken cancellationToken) =>
        await db.Organizations.Where(row => row.Id == member.OrganizationId).Select(row => row.Name).SingleAsync(cancellationToken);
}
