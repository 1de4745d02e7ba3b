using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Admin.Web;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>E-mail address, password and code in one form, so that no answer says which of them was right.</summary>
[AllowAnonymous]
internal sealed class SignInPage(SignInDesk desk, SignInLimiter limiter, PanelCookies cookies) : PanelPage
{
    public string ReturnUrl { get; private set; } = ReturnPath.Start;

    public string Email { get; private set; } = "";

    public string? Problem { get; private set; }

    public IActionResult OnGet(string? returnUrl)
    {
        ReturnUrl = ReturnPath.Of(returnUrl);
        return HttpContext.Features.Get<PanelSession>() is null ? Page() : Go(ReturnUrl);
    }

    public async Task<IActionResult> OnPostAsync(string? email, string? password, string? code, string? returnUrl)
    {
        ReturnUrl = ReturnPath.Of(returnUrl);
        Email = email ?? "";
        if (limiter.TooMany(HttpContext))
        {
            return Again(StatusCodes.Status429TooManyRequests, "There were too many attempts from your address. Wait a minute, then try again.");
        }

        var (verdict, token) = await desk.SignInAsync(Email, password ?? "", code ?? "", Visitor.Of(HttpContext), Gone);
        switch (verdict)
        {
            case SignInVerdict.SignedIn:
                cookies.SetSession(Response, token!);
                return Go(ReturnUrl);
            case SignInVerdict.Busy:
                return Again(StatusCodes.Status503ServiceUnavailable, "Too many people sign in at this moment. Wait a few seconds, then try again.");
            default:
                return Again(
                    StatusCodes.Status401Unauthorized,
                    "That did not fit. Check e-mail address, password and code; a code is good once. After several failures an account is locked for a while: wait before you try again.");
        }
    }

    private Microsoft.AspNetCore.Mvc.RazorPages.PageResult Again(int status, string problem)
    {
        Problem = problem;
        Response.StatusCode = status;
        return Page();
    }
}
