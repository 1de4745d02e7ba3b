using EncryptionService.Provisioning.Admin.Setup;
using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Dispatch;
using EncryptionService.Provisioning.Views;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>One group.</summary>
internal sealed class GroupPageModel(GroupView groups, AuditQuery audit, GroupDirectory directory, ParkedEvents parked) : PanelPage
{
    private const int MostLines = 30;

    [FromRoute]
    public string Id { get; set; } = "";

    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Text { get; set; }

    [BindProperty(SupportsGet = true, Name = Pager.Parameter)]
    public string? Number { get; set; }

    [BindProperty(Name = "reason")]
    public string? Reason { get; set; }

    public GroupDetail Shown { get; private set; } = null!;

    public IReadOnlyList<AuditLine> History { get; private set; } = [];

    public Rows Rows { get; private set; }

    public Pager Pager => new(Rows.Number, Pager.PagesOf(Shown.RosterTotal, Rows.Size), $"/admin/groups/{Id}", new Dictionary<string, string?> { ["q"] = Text });

    public async Task<IActionResult> OnGetAsync()
    {
        Rows = Rows.Of(Number);
        if (await groups.ReadAsync(Organization, Id, Text, Rows.Skip, Rows.Size, Gone) is not { } found)
        {
            return NotFound();
        }

        Shown = found;
        History = await audit.OfAsync(Organization, Id, MostLines, Gone);
        return Page();
    }

    public async Task<IActionResult> OnPostRotateAsync() => (await directory.RotateAsync(Organization, Id, Reason, Actor, Gone)).Problem switch
    {
        DirectoryProblem.None => await DoneAsync($"/admin/groups/{Id}", "A new vault key is asked for. Every member gets a new envelope."),
        DirectoryProblem.NoService => await DoneAsync($"/admin/groups/{Id}", "There is no encryption service yet. Nothing was changed."),
        _ => NotFound(),
    };

    public async Task<IActionResult> OnPostRetryAsync() => await parked.RetryAsync(Organization, Id, Actor, Gone)
        ? await DoneAsync($"/admin/groups/{Id}", "The group is compared with the service, and what was refused is asked for again.")
        : NotFound();
}
