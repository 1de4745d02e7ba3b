using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Connections;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>The identity providers that there are connections for.</summary>
internal sealed class IntegrationsPage(ConnectionBook connections) : PanelPage
{
    public IReadOnlyList<ConnectionView> Connections { get; private set; } = [];

    public async Task OnGetAsync() => Connections = await connections.ListAsync(Organization, Gone);
}
