using EncryptionService.Provisioning.Admin.Setup;
using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Connections;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>The start page.</summary>
internal sealed class OverviewPage(ConnectionBook connections, ServiceStateQuery states) : PanelPage
{
    /// <summary>How many of the three steps are done.</summary>
    public int Done { get; private set; }

    public async Task OnGetAsync()
    {
        var state = await states.ReadAsync(Organization, Gone);
        var connected = (await connections.ListAsync(Organization, Gone)).Any(connection => connection.LastUsedAt is not null);
        Done = !connected ? 0 : state.Service is null ? 1 : state.Stage == ServiceStage.Running ? 3 : 2;
    }
}
