using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Admin.Web;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>Ends this session, or all of this administrator.</summary>
internal sealed class SignOutPage(SessionBook sessions, PanelCookies cookies) : PanelPage
{
    public IActionResult OnGet() => Go(ReturnPath.Start);

    public async Task<IActionResult> OnPostAsync()
    {
        await sessions.EndAsync(Session, Session.Id, Gone);
        return Out();
    }

    public async Task<IActionResult> OnPostEverywhereAsync()
    {
        await sessions.EndAllAsync(Session, Gone);
        return Out();
    }

    private IActionResult Out()
    {
        cookies.DeleteSession(Response);
        return Go("/admin/sign-in");
    }
}
