using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Views;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>All members.</summary>
internal sealed class MembersPage(MemberList members) : PanelPage
{
    private const string WaitingState = "waiting";

    /// <summary>States that can be asked for, with their names in an address.</summary>
    public static readonly IReadOnlyList<(string Value, string Name)> States =
    [
        ("", "All states"), ("active", "Active"), ("pending", "Pending"), ("nokey", "No key yet"), ("suspended", "Suspended"), ("forbidden", "Invitation forbidden"), (WaitingState, "Key waits for approval"),
    ];

    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Text { get; set; }

    [BindProperty(SupportsGet = true, Name = "state")]
    public string? State { get; set; }

    [BindProperty(SupportsGet = true, Name = Pager.Parameter)]
    public string? Number { get; set; }

    public FoundMembers Found { get; private set; } = new([], 0);

    public MemberCounts Counts { get; private set; } = new(0, 0, 0, 0, 0, 0);

    public Rows Rows { get; private set; }

    public bool IsFiltered => !string.IsNullOrWhiteSpace(Text) || !string.IsNullOrEmpty(State);

    public Pager Pager => new(Rows.Number, Pager.PagesOf(Found.Total, Rows.Size), "/admin/members", new Dictionary<string, string?> { ["q"] = Text, ["state"] = State });

    public async Task OnGetAsync()
    {
        Rows = Rows.Of(Number);
        var state = Enum.TryParse<MemberState>(State, ignoreCase: true, out var wanted) && Enum.IsDefined(wanted) && !char.IsAsciiDigit(State![0]) ? (MemberState?)wanted : null;
        Counts = await members.CountAsync(Organization, Gone);
        Found = await members.ReadAsync(Organization, new MemberFilter(state, State == WaitingState, Text), Rows.Skip, Rows.Size, Gone);
    }
}
