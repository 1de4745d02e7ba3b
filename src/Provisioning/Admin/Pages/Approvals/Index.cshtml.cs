using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.MemberApi;
using EncryptionService.Provisioning.Views;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>Keys that the service does not take yet, and the operator's word about them.</summary>
[RequestSizeLimit(4 * LongestDocument)]
[RequestFormLimits(ValueLengthLimit = LongestDocument + 1)]
internal sealed class ApprovalsPage(ApprovalList approvals, OperatorDocuments documents) : PanelPage
{
    /// <summary>Longest document (docs/spec/member.md, section 7).</summary>
    public const int LongestDocument = 1_048_576;

    [BindProperty(SupportsGet = true, Name = Pager.Parameter)]
    public string? Number { get; set; }

    [BindProperty(Name = "document")]
    public string? Document { get; set; }

    public IReadOnlyList<ApprovalLine> Lines { get; private set; } = [];

    public int Total { get; private set; }

    public Rows Rows { get; private set; }

    public Notice? Refusal { get; private set; }

    public Pager Pager => new(Rows.Number, Pager.PagesOf(Total, Rows.Size), "/admin/approvals");

    public async Task OnGetAsync()
    {
        Rows = Rows.Of(Number);
        (Total, Lines) = await approvals.ReadAsync(Organization, Rows.Skip, Rows.Size, Gone);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var document = Document?.Trim() ?? "";
        if (document.Length is 0 or > LongestDocument)
        {
            return await SayAsync("Paste the signed document that the operator's program made.", null);
        }

        var answer = await documents.SubmitAsync(Organization, document, Actor, Gone);
        var said = JsonNode.Parse(answer.Body);
        if (answer.Status != StatusCodes.Status200OK)
        {
            return await SayAsync((string?)said?["title"] ?? "The document was not taken.", (string?)said?["detail"]);
        }

        var (accepted, refused) = ((int?)said?["accepted"] ?? 0, said?["refused"]?.AsArray().Count ?? 0);
        return await DoneAsync(
            "/admin/approvals",
            $"The service took the document: {Words.Count(accepted, "entry", "entries")} accepted{(refused > 0 ? $", {Words.Count(refused, "member", "members")} refused" : "")}.");
    }

    private async Task<IActionResult> SayAsync(string title, string? detail)
    {
        Refusal = new Notice(Tone.Bad, detail ?? "Nothing was changed.", title);
        await OnGetAsync();
        return Page();
    }
}
