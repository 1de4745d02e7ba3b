using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Dispatch;
using EncryptionService.Provisioning.Journal;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>Events that the service refused.</summary>
internal sealed class ParkedPage(LogQuery log, ParkedEvents parked) : PanelPage
{
    private const int LongestId = 64;

    [BindProperty(SupportsGet = true, Name = Pager.Parameter)]
    public string? Number { get; set; }

    public IReadOnlyList<LogEntry> Entries { get; private set; } = [];

    public int Total { get; private set; }

    public Rows Rows { get; private set; }

    public Pager Pager => new(Rows.Number, Pager.PagesOf(Total, Rows.Size), "/admin/log/parked");

    public async Task OnGetAsync()
    {
        Rows = Rows.Of(Number);
        (Total, Entries) = await log.ParkedAsync(Organization, Rows.Skip, Rows.Size, Gone);
    }

    public async Task<IActionResult> OnPostRetryAsync([FromForm(Name = "group")] string? group) => group is not null && await parked.RetryAsync(Organization, ForeignText.OneLine(group, LongestId), Actor, Gone)
        ? await DoneAsync("/admin/log/parked", "The group is compared with the service, and what is still wanted is asked for again.")
        : NotFound();
}
