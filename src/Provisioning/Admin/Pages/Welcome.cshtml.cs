using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Admin.Web;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>Where a one-time link leads. Looking does not use it up; the account is made whole in one step.</summary>
[AllowAnonymous]
internal sealed class WelcomePage(AdministratorBook book, TotpSecrets secrets, SignInLimiter limiter, PanelCookies cookies) : PanelPage
{
    public LinkView? Link { get; private set; }

    public AuthenticatorOffer? App { get; private set; }

    public IReadOnlyList<string> Codes { get; private set; } = [];

    public string Name { get; private set; } = "";

    public string Email { get; private set; } = "";

    public string? Problem { get; private set; }

    public async Task<IActionResult> OnGetAsync(string token) => await FindAsync(token) ? Offer() : NoLink();

    public async Task<IActionResult> OnPostAsync(string token, string? name, string? email, string? password, string? code, string? offer)
    {
        (Name, Email) = ((name ?? "").Trim(), (email ?? "").Trim());
        if (!await FindAsync(token))
        {
            return NoLink();
        }

        if (secrets.Read(offer, Link!.Hash) is not { } secret)
        {
            return Again("The page was open too long. Scan the new code with your app, then finish.");
        }

        App = new AuthenticatorOffer(secret, offer!, Link.OrganizationName);
        var wrong = Name.Length is 0 or > 100 || Name.Any(char.IsControl) ? "Type your name, in one line of at most 100 characters."
            : !EmailAddress.IsPlain(Email) ? "Type an e-mail address like ada@example.com."
            : PasswordRules.WhyNot(password ?? "", Email, Name, Link.OrganizationName);
        if (wrong is not null)
        {
            return Again(wrong);
        }

        if (limiter.TooMany(HttpContext))
        {
            return Again("There were too many attempts from your address. Wait a minute, then try again.", StatusCodes.Status429TooManyRequests);
        }

        var (verdict, codes, session) = await book.JoinAsync(Link, new Joining(Name, Email, password!, secret, code ?? ""), Visitor.Of(HttpContext), Gone);
        switch (verdict)
        {
            case JoinVerdict.Joined:
                cookies.SetSession(Response, session!);
                Codes = codes;
                return Page();
            case JoinVerdict.NoLink:
                return NoLink();
            case JoinVerdict.EmailTaken:
                return Again("There is an account with this e-mail address already. Sign in with it, or take another one.");
            case JoinVerdict.Busy:
                return Again("Too many people sign in at this moment. Wait a few seconds, then try again.", StatusCodes.Status503ServiceUnavailable);
            default:
                return Again("The code from the app did not fit. Wait for the next one, and type the password again, too: it is not kept. If it goes on, look at the clock of your phone.");
        }
    }

    private async Task<bool> FindAsync(string token) => (Link = await book.FindLinkAsync(token, Gone)) is not null;

    private PageResult Again(string problem, int status = StatusCodes.Status422UnprocessableEntity)
    {
        Problem = problem;
        Response.StatusCode = status;
        return Offer();
    }

    private PageResult Offer()
    {
        if (App is null)
        {
            var offer = secrets.Offer(Link!.Hash);
            App = new AuthenticatorOffer(secrets.Read(offer, Link.Hash)!, offer, Link.OrganizationName);
        }

        return Page();
    }

    private PageResult NoLink()
    {
        Link = null;
        Response.StatusCode = StatusCodes.Status404NotFound;
        return Page();
    }
}
