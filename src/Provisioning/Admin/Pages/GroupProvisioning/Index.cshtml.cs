using System.Text;
using EncryptionService.Provisioning.Admin.Setup;
using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Configuration;
using EncryptionService.Provisioning.Connections;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary><em>Create configuration</em>, and what has become of it.</summary>
internal sealed class GroupProvisioningPage(ServiceStateQuery states, ConfigurationFiles files, ConnectionBook connections) : PanelPage
{
    public ServiceState? State { get; private set; }

    public bool HasConnection { get; private set; }

    public string? Problem { get; private set; }

    public async Task<IActionResult> OnGetAsync()
    {
        await ReadAsync();
        return IsFragment ? Partial("_State", State) : Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await ReadAsync();
        if (!HasConnection)
        {
            return Page();
        }

        var (problem, text) = await files.CreateAsync(Organization, Actor, Gone);
        if (problem != ConfigurationProblem.None)
        {
            Problem = $"This core is not set up for it yet. Tell whoever runs it: {problem.Explain()}";
            return Page();
        }

        return File(Encoding.UTF8.GetBytes(text), "application/json", $"eec-{Organization}.json");
    }

    private async Task ReadAsync()
    {
        State = await states.ReadAsync(Organization, Gone);
        HasConnection = State.Service is not null || (await connections.ListAsync(Organization, Gone)).Count > 0;
    }
}
