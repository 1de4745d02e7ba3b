using EncryptionService.Provisioning.Admin.Setup;
using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Invitations;
using EncryptionService.Provisioning.Views;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>One member.</summary>
internal sealed class MemberPageModel(MemberView members, AuditQuery audit, MemberActions actions, InvitationBook invitations) : PanelPage
{
    private const int MostLines = 50;

    [FromRoute]
    public string Id { get; set; } = "";

    public MemberDetail Member { get; private set; } = null!;

    public IReadOnlyList<AuditLine> History { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync()
    {
        if (await members.ReadAsync(Organization, Id, Gone) is not { } member)
        {
            return NotFound();
        }

        Member = member;
        History = await audit.OfAsync(Organization, Id, MostLines, Gone);
        return Page();
    }

    public async Task<IActionResult> OnPostRestoreAsync() => await actions.RestoreAsync(Organization, Id, Actor, Gone) switch
    {
        MemberActionResult.Done => await DoneAsync($"/admin/members/{Id}", "The member is restored, with groups and data as they were."),
        MemberActionResult.Active => await DoneAsync($"/admin/members/{Id}", "The member is active already. Nothing was changed."),
        _ => NotFound(),
    };

    public async Task<IActionResult> OnPostResendAsync()
    {
        // By its id only: the function takes user names as well.
        if (await members.ReadAsync(Organization, Id, Gone) is null)
        {
            return NotFound();
        }

        return await invitations.ResendAsync(Organization, Id, Actor, Gone) switch
        {
            ResendResult.Due => await DoneAsync($"/admin/members/{Id}", "The invitation goes out again, with a new link. Older links stay good."),
            ResendResult.Accepted => await DoneAsync($"/admin/members/{Id}", "The invitation was accepted already. Nothing was sent."),
            ResendResult.Suspended => await DoneAsync($"/admin/members/{Id}", "The member is suspended: restore the member first. Nothing was sent."),
            _ => NotFound(),
        };
    }
}
