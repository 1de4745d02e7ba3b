using EncryptionService.Provisioning.Admin.Setup;
using EncryptionService.Provisioning.Admin.Web;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>The audit trail.</summary>
internal sealed class AuditPage(AuditQuery query) : PanelPage
{
    public static IReadOnlyList<(string Word, string Name)> Kinds { get; } =
    [
        ("member.", "Members"), ("group.", "Groups"), ("connection.", "Connections"), ("service.", "Encryption service"), ("administrator.", "Administrators and sign-ins"),
        ("admin.", "Invitations of administrators"), ("operator.", "Operators"), ("organization.", "Organization"),
    ];

    public static IReadOnlyList<(string Word, string Name)> Actors { get; } =
    [
        ("administrator", "Administrators"), ("connection", "Directories"), ("member", "Members"), ("service", "Encryption service"), ("operator", "Operators"),
        ("command", "Command line"), ("system", "The core itself"),
    ];

    public string? What { get; private set; }

    public string? Who { get; private set; }

    public IReadOnlyList<AuditLine> Lines { get; private set; } = [];

    public Pager Pager { get; private set; } = new(1, 1, "/admin/audit");

    public async Task OnGetAsync(string? what, string? who, int p = 1)
    {
        What = Kinds.Any(kind => kind.Word == what) ? what : null;
        Who = Actors.Any(actor => actor.Word == who) ? who : null;
        var number = Math.Clamp(p, 1, 200);
        (Lines, var count) = await query.ReadAsync(Organization, new AuditFilter(What, Who), number, Gone);
        Pager = new Pager(number, Pager.PagesOf(count, AuditQuery.PageSize), "/admin/audit", new Dictionary<string, string?> { ["what"] = What, ["who"] = Who });
    }
}
