using System.Globalization;
using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Directory;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EncryptionService.Provisioning.Admin.Web;

/// <summary>What every page of the panel has in common (src/Provisioning/Admin/README.md). The gate has made sure that there is a session.</summary>
internal abstract class PanelPage : PageModel
{
    /// <summary>Whose request it is.</summary>
    /// <exception cref="InvalidOperationException">The page is open to everybody and nobody has signed in.</exception>
    public PanelSession Session => HttpContext.Features.Get<PanelSession>() ?? throw new InvalidOperationException("Nobody has signed in.");

    /// <summary>Organization id: everything that the page reads and changes MUST be of this one.</summary>
    public string Organization => Session.Organization;

    /// <summary>For the audit trail.</summary>
    public Actor Actor => Session.Actor;

    /// <summary>The browser has gone.</summary>
    public CancellationToken Gone => HttpContext.RequestAborted;

    /// <summary>True where the page asks by itself for the part of it that changes.</summary>
    public bool IsFragment => Request.Query.ContainsKey(PanelGate.Fragment);

    /// <summary>After a change: goes to a page of the panel (a GET), which says at its top, once, what was done.</summary>
    /// <param name="path">Below <c>/admin</c>.</param>
    /// <param name="notice">One sentence; names may stand in it, secrets MUST NOT.</param>
    protected async Task<IActionResult> DoneAsync(string path, string notice)
    {
        await HttpContext.RequestServices.GetRequiredService<SessionBook>().NoteAsync(Session, notice, Gone);
        return Go(path);
    }

    /// <summary>303 to a page of the panel.</summary>
    protected IActionResult Go(string path)
    {
        Response.Headers.Location = path;
        return new SeeOther();
    }

    private sealed class SeeOther : IActionResult
    {
        public Task ExecuteResultAsync(ActionContext context)
        {
            context.HttpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            return Task.CompletedTask;
        }
    }
}

/// <summary>Where a table stands: page <paramref name="Number"/> of <paramref name="Count"/>, at <paramref name="Path"/> with <paramref name="Query"/>.</summary>
/// <param name="Number">1, 2, …</param>
/// <param name="Count">Pages; at least 1.</param>
/// <param name="Path">Path of the page.</param>
/// <param name="Query">Further query parameters, which stay.</param>
internal sealed record Pager(int Number, int Count, string Path, IReadOnlyDictionary<string, string?>? Query = null)
{
    /// <summary>Query parameter of the page's number. <c>page</c> is taken by the framework.</summary>
    public const string Parameter = "p";

    /// <summary>Address of another page.</summary>
    public string To(int number)
    {
        var pairs = (Query ?? new Dictionary<string, string?>()).Where(pair => !string.IsNullOrEmpty(pair.Value)).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}");
        return $"{Path}?{string.Join('&', pairs.Append($"{Parameter}={number.ToString(CultureInfo.InvariantCulture)}"))}";
    }

    /// <summary>Pages that this many rows fill.</summary>
    public static int PagesOf(int rows, int size) => Math.Max(1, (rows + size - 1) / size);
}
