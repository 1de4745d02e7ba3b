using EncryptionService.Provisioning.Admin.Web;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>Every address below <c>/admin</c> that no other page has.</summary>
internal sealed class MissingPage : PanelPage
{
    public IActionResult OnGet() => NotFound();

    public IActionResult OnPost() => NotFound();
}
