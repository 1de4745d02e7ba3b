using System.Globalization;
using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Journal;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>The log as a file.</summary>
internal sealed class LogExportPage(LogExport export, TimeProvider time) : PanelPage
{
    [FromRoute]
    public string Form { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public LogQuestion Question { get; set; } = new();

    public IActionResult OnGet() => Form switch
    {
        "csv" => new Download(NameOf("csv"), "text/csv; charset=utf-8; header=present", stream => export.WriteCsvAsync(stream, Organization, Question.Filter, Gone)),
        "jsonl" => new Download(NameOf("jsonl"), "application/jsonl; charset=utf-8", stream => export.WriteJsonLinesAsync(stream, Organization, Question.Filter, Gone)),
        _ => NotFound(),
    };

    private string NameOf(string extension) => $"provisioning-log-{time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.{extension}";

    /// <summary>Goes out as it is read.</summary>
    private sealed class Download(string name, string type, Func<Stream, Task> write) : IActionResult
    {
        public Task ExecuteResultAsync(ActionContext context)
        {
            var response = context.HttpContext.Response;
            response.ContentType = type;
            response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
            return write(response.Body);
        }
    }
}
