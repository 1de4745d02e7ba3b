using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Admin.Web;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>Another authenticator app.</summary>
internal sealed class AppPage(OwnAccount account, TotpSecrets secrets) : PanelPage
{
    public AuthenticatorOffer? Offered { get; private set; }

    public string? Problem { get; private set; }

    public void OnGet() => Offer();

    public async Task<IActionResult> OnPostAsync(string? present, string? offer, string? code)
    {
        if (secrets.Read(offer, Session.Hash) is { } secret)
        {
            if (await account.ReplaceAppAsync(Session, present ?? "", secret, code ?? "", Gone))
            {
                return await DoneAsync("/admin/account", "Your authenticator app was replaced.");
            }

            Offered = new AuthenticatorOffer(secret, offer!, Session.Email);
            Problem = OwnAccount.Refusal;
        }
        else
        {
            Offer();
            Problem = "The page was open too long. Scan the new code with your app.";
        }

        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private void Offer()
    {
        var offer = secrets.Offer(Session.Hash);
        Offered = new AuthenticatorOffer(secrets.Read(offer, Session.Hash)!, offer, Session.Email);
    }
}
