using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Admin.Web;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>Another password.</summary>
internal sealed class PasswordPage(OwnAccount account) : PanelPage
{
    public string? Problem { get; private set; }

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync(string? present, string? next)
    {
        Problem = PasswordRules.WhyNot(next ?? "", Session.Email, Session.Name, Session.OrganizationName);
        if (Problem is null && await account.ChangePasswordAsync(Session, present ?? "", next!, Gone))
        {
            return await DoneAsync("/admin/account", "Your password was changed.");
        }

        Problem ??= OwnAccount.Refusal;
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
