using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Views;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>All groups.</summary>
internal sealed class GroupsPage(GroupList groups) : PanelPage
{
    /// <summary>Standings that can be asked for, with their names in an address.</summary>
    public static readonly IReadOnlyList<(string Value, string Name, GroupStanding Standing)> Standings =
    [
        ("", "All groups", GroupStanding.Any), ("complete", "Complete", GroupStanding.Complete), ("open", "Not complete", GroupStanding.Open), ("trouble", "Parked, refused or frozen", GroupStanding.Trouble),
    ];

    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Text { get; set; }

    [BindProperty(SupportsGet = true, Name = "standing")]
    public string? Standing { get; set; }

    [BindProperty(SupportsGet = true, Name = Pager.Parameter)]
    public string? Number { get; set; }

    public FoundGroups Found { get; private set; } = new([], 0);

    public Rows Rows { get; private set; }

    public bool IsFiltered => !string.IsNullOrWhiteSpace(Text) || !string.IsNullOrEmpty(Standing);

    public Pager Pager => new(Rows.Number, Pager.PagesOf(Found.Total, Rows.Size), "/admin/groups", new Dictionary<string, string?> { ["q"] = Text, ["standing"] = Standing });

    public async Task OnGetAsync()
    {
        Rows = Rows.Of(Number);
        Found = await groups.ReadAsync(Organization, Standings.FirstOrDefault(entry => entry.Value == Standing).Standing, Text, Rows.Skip, Rows.Size, Gone);
    }
}
