using EncryptionService.Provisioning.Admin.Setup;
using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Connections;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>The connections of one identity provider: <em>Get credentials</em>, what became of them, and the steps on the other side.</summary>
internal sealed class ProviderPage(ConnectionBook book, ServiceStateQuery states) : PanelPage
{
    public IdentityProvider? Provider { get; private set; }

    public IReadOnlyList<ConnectionView> Connections { get; private set; } = [];

    /// <summary>Only in the answer to the POST that made it.</summary>
    public ConnectionSecret? Secret { get; private set; }

    /// <summary>True once an encryption service has enrolled.</summary>
    public bool HasService { get; private set; }

    public string? Problem { get; private set; }

    public string Stamp => IdentityProvider.StampOf(Connections);

    public async Task<IActionResult> OnGetAsync(string provider) => !await FindAsync(provider) ? NotFound() : IsFragment ? Partial("_Connections", this) : Page();

    public async Task<IActionResult> OnPostAsync(string provider, string? stamp)
    {
        if (!await FindAsync(provider))
        {
            return NotFound();
        }

        if ((stamp ?? "") != Stamp)
        {
            Problem = "Nothing was made: the credentials of this form were shown already. If you have not noted the token, select New token.";
            return Page();
        }

        Secret = await book.CreateAsync(Organization, Provider!.Kind, null, Actor, Gone);
        await FindAsync(provider);
        return Page();
    }

    private async Task<bool> FindAsync(string word)
    {
        Provider = IdentityProvider.Of(word);
        Connections = Provider is null ? [] : [.. (await book.ListAsync(Organization, Gone)).Where(connection => connection.Kind == Provider.Kind)];
        HasService = Provider is not null && !IsFragment && await states.IsEnrolledAsync(Organization, Gone);
        return Provider is not null;
    }
}
