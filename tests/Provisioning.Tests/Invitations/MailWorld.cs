using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Invitations;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Invitations;

/// <summary>A core with members to invite.</summary>
internal sealed class MailWorld(CoreFixture core) : IAsyncDisposable
{
    public const string Organization = "acme";

    public CoreFixture Core => core;

    public Mailer Mailer { get; } = core.Get<Mailer>();

    /// <summary>Mails in the pickup folder.</summary>
    public string[] Files => System.IO.Directory.Exists(core.Folder.Of("mail")) ? System.IO.Directory.GetFiles(core.Folder.Of("mail")) : [];

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<MailWorld> CreateAsync(DatabaseProvider provider = DatabaseProvider.Sqlite, params string[] settings)
    {
        var core = await CoreFixture.CreateAsync(provider, settings);
        await core.OrganizationAsync(Organization);
        return new MailWorld(core);
    }

    public async Task<string> InviteAsync(string userName, string profile = "{}", bool active = true)
    {
        var created = await core.Get<MemberDirectory>().CreateAsync(Organization, new MemberDraft(userName, null, null, active, profile), Actor.Connection("idp"), Stop);
        return created.Value!.Id;
    }

    public Task SetActiveAsync(string member, bool active) =>
        core.Get<MemberDirectory>().UpdateAsync(Organization, member, row => MemberDraft.Of(row) with { Active = active }, Actor.Connection("idp"), Stop);

    public Task<InvitationRow> InvitationAsync(string member) => core.Store.ReadAsync(db => db.Invitations.SingleAsync(row => row.MemberId == member, Stop), Stop);

    public ValueTask DisposeAsync() => core.DisposeAsync();
}
