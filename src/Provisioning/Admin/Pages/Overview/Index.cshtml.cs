using EncryptionService.Provisioning.Admin.Web;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>The start page.</summary>
internal sealed class OverviewPage : PanelPage
{
    public void OnGet()
    {
    }
}
