using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Views;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>Asks before a member is deleted.</summary>
internal sealed class MemberDeletePage(MemberView members, MemberActions actions) : PanelPage
{
    [FromRoute]
    public string Id { get; set; } = "";

    public Confirm Ask { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync()
    {
        if (await members.ReadAsync(Organization, Id, Gone) is not { State: MemberState.Suspended or MemberState.Forbidden } member)
        {
            return NotFound();
        }

        Ask = new Confirm(
            $"Delete {member.Name} now?",
            "The member and the registered keys go at once, and cannot be restored. Groups get a new vault key where the member was in. "
                + $"Should the directory still list {member.UserName}, it creates a new member, who has to be invited again.",
            "Delete now", new PageLink($"/admin/members/{Id}", member.Name));
        return Page();
    }

    public async Task<IActionResult> OnPostAsync() => await actions.DeleteNowAsync(Organization, Id, Actor, Gone) switch
    {
        MemberActionResult.Done => await DoneAsync("/admin/members", "The member was deleted for good."),
        MemberActionResult.Active => await DoneAsync($"/admin/members/{Id}", "The member is active again and was not deleted."),
        _ => NotFound(),
    };
}
