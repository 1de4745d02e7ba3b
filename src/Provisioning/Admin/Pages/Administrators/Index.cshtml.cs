using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Settings;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>Who administers the organization, and links for further people.</summary>
internal sealed class AdministratorsPage(AdministratorBook book, OrganizationBook organizations, OwnAccount account, IOptions<ProvisioningOptions> options, TimeProvider time) : PanelPage
{
    public IReadOnlyList<AdministratorView> People { get; private set; } = [];

    public IReadOnlyList<LinkView> Links { get; private set; } = [];

    /// <summary>Only in the answer to the POST that made it.</summary>
    public string? InvitationLink { get; private set; }

    public string? Problem { get; private set; }

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Changes with every link that is made, used or withdrawn.</summary>
    public string Stamp => string.Join('.', Links.Select(link => link.Hash[..8]).Prepend($"{People.Count}"));

    public Task OnGetAsync() => ReadAsync();

    public async Task<IActionResult> OnPostAsync(string? stamp, string? present)
    {
        await ReadAsync();
        if ((stamp ?? "") != Stamp)
        {
            Problem = "Nothing was made: the link of this form was shown already. If it was not noted, withdraw it and invite again.";
            return Page();
        }

        if (!await account.ConfirmAsync(Session, present ?? "", Gone))
        {
            // A link makes an account that outlives the session it was made in.
            Problem = OwnAccount.Refusal;
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }

        if (await organizations.AdminTokenAsync(Organization, Actor, Gone) is { } token)
        {
            InvitationLink = new Uri(options.Value.PublicAddress, $"/admin/welcome/{token}").AbsoluteUri;
        }

        await ReadAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostWithdrawAsync(string? link) =>
        await book.WithdrawAsync(Session, link ?? "", Gone) ? await DoneAsync("/admin/administrators", "The invitation was withdrawn.") : NotFound();

    private async Task ReadAsync()
    {
        People = await book.ListAsync(Organization, Gone);
        Links = await book.ListLinksAsync(Organization, Gone);
    }
}
