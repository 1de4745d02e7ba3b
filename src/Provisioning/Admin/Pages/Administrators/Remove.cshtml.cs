using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Admin.Web;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>Asks, and removes somebody else.</summary>
internal sealed class RemoveAdministratorPage(AdministratorBook book) : PanelPage
{
    private static readonly PageLink back = new("/admin/administrators", "Administrators");

    public Confirm? Ask { get; private set; }

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (await FindAsync(id) is not { } person)
        {
            return NotFound();
        }

        Ask = new Confirm(
            $"Remove {person.Name}?", $"{person.Email} cannot sign in any more, and all sessions end at once. Tokens that {person.Name} has seen stay good: think of making new ones.", "Remove", back);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string id) =>
        await FindAsync(id) is { } person && await book.RemoveAsync(Session, id, Gone) ? await DoneAsync(back.Path, $"{person.Name} was removed.") : NotFound();

    private async Task<AdministratorView?> FindAsync(string id) =>
        (await book.ListAsync(Organization, Gone)).FirstOrDefault(person => person.Id == id && id != Session.Administrator);
}
