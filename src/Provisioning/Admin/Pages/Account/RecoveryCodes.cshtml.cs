using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Admin.Web;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>Other recovery codes.</summary>
internal sealed class RecoveryCodesPage(OwnAccount account) : PanelPage
{
    /// <summary>Only in the answer to the POST that made them.</summary>
    public IReadOnlyList<string> Codes { get; private set; } = [];

    public string? Problem { get; private set; }

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync(string? present)
    {
        Codes = await account.ReplaceRecoveryCodesAsync(Session, present ?? "", Gone);
        if (Codes.Count == 0)
        {
            Problem = OwnAccount.Refusal;
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }

        return Page();
    }
}
