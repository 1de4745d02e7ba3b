using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Admin.Web;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>The own account and its sessions.</summary>
internal sealed class AccountPage(SessionBook sessions, OwnAccount account) : PanelPage
{
    public IReadOnlyList<SessionView> Sessions { get; private set; } = [];

    public int CodesLeft { get; private set; }

    public async Task OnGetAsync()
    {
        Sessions = await sessions.ListAsync(Session.Administrator, Gone);
        CodesLeft = await account.CountRecoveryCodesAsync(Session, Gone);
    }

    public async Task<IActionResult> OnPostEndAsync(string? id) =>
        await sessions.EndAsync(Session, id ?? "", Gone) ? await DoneAsync("/admin/account", "That session has ended.") : NotFound();
}
