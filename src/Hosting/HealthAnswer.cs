using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace EncryptionService.Hosting;

/// <summary>Answers of the probes (docs/spec/operations.md, section 2): the state, and who says so.</summary>
public sealed class HealthAnswer(Instance instance)
{
    private readonly string who =
        $"\"version\":{Quote(instance.Version)},\"revision\":{Quote(instance.Revision)},\"replica\":{Quote(instance.Replica)}";

    /// <summary>Writes 200, or 503 with the reason.</summary>
    /// <param name="context">The request.</param>
    /// <param name="fault">A reason of the closed list; null: all is well.</param>
    public Task WriteAsync(HttpContext context, string? fault)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.StatusCode = fault is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(
            fault is null ? $"{{\"status\":\"ok\",{who}}}" : $"{{\"status\":\"unavailable\",\"reason\":{Quote(fault)},{who}}}", context.RequestAborted);
    }

    // An apostrophe is no danger outside of HTML.
    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
