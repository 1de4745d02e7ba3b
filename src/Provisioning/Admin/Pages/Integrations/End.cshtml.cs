using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Connections;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>Asks, and ends a connection.</summary>
internal sealed class EndConnectionPage(ConnectionBook book) : PanelPage
{
    public Confirm? Ask { get; private set; }

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (await FindAsync(id) is not { } connection)
        {
            return NotFound();
        }

        var provider = IdentityProvider.Of(connection.Kind);
        Ask = new Confirm(
            $"End the connection {connection.Name}?",
            $"Its address and its tokens are good no more, and what {provider.Name} sends there is refused. Members and groups stay as they are. This cannot be taken back: a new connection has another address.",
            "End connection", new PageLink(provider.Path, provider.Name));
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string id) =>
        await FindAsync(id) is { } connection && await book.DeleteAsync(id, Actor, Gone)
            ? await DoneAsync(IdentityProvider.Of(connection.Kind).Path, $"The connection {connection.Name} has ended.")
            : NotFound();

    private async Task<ConnectionView?> FindAsync(string id) => (await book.ListAsync(Organization, Gone)).FirstOrDefault(found => found.Id == id);
}
