using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Connections;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>Replaces a connection's token, with or without an overlap.</summary>
internal sealed class NewTokenPage(ConnectionBook book) : PanelPage
{
    public ConnectionView? Connection { get; private set; }

    /// <summary>Only in the answer to the POST that made it.</summary>
    public ConnectionSecret? Secret { get; private set; }

    public string? Problem { get; private set; }

    public string Stamp => IdentityProvider.StampOf([Connection!]);

    public async Task<IActionResult> OnGetAsync(string id) => await FindAsync(id) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string id, string? stamp, int days = -1)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }

        if (stamp != Stamp || days is not (0 or 1 or 7 or 30))
        {
            Problem = "Nothing was made: the token of this form was shown already, or the connection was changed since. Look at it, then make a new token if you need one.";
            return Page();
        }

        Secret = await book.RotateAsync(id, TimeSpan.FromDays(days), Actor, Gone);
        return Secret is null ? NotFound() : Page();
    }

    private async Task<bool> FindAsync(string id) => (Connection = (await book.ListAsync(Organization, Gone)).FirstOrDefault(found => found.Id == id)) is not null;
}
