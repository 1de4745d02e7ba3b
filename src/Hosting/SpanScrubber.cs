using System.Diagnostics;
using OpenTelemetry;

namespace EncryptionService.Hosting;

/// <summary>Takes everything off a span that is not on the list (docs/spec/operations.md, section 4), before it is queued.</summary>
/// <remarks>The libraries that make spans write what they like, and more with each version: what may leave is named, not what may not.</remarks>
internal sealed class SpanScrubber : BaseProcessor<Activity>
{
    private const string Ours = "eec.";

    // The path of a call over gRPC is a name out of our own contract.
    private const string OurCalls = "/encryptionservice.";

    private static readonly HashSet<string> allowed =
    [
        "http.request.method", "http.response.status_code", "http.request.resend_count", "http.route", "server.address", "server.port",
        "network.protocol.version", "error.type", "az.namespace", "az.client_request_id", "az.service_request_id",
    ];

    // What is an event of a span cannot be taken off it: the texts of exceptions have to be kept out beforehand.
    private readonly ExceptionSilencer silencer = new();

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.GetTagItem("url.full") is string url && Uri.TryCreate(url, UriKind.Absolute, out var address) && address.AbsolutePath.StartsWith(OurCalls, StringComparison.Ordinal))
        {
            data.DisplayName = address.AbsolutePath;
        }

        foreach (var name in data.TagObjects.Select(tag => tag.Key).Where(name => !IsAllowed(name)).ToList())
        {
            data.SetTag(name, null);
        }

        data.TraceStateString = null;
        data.SetStatus(data.Status);
        if (data.Events.Any(entry => !ExceptionSilencer.IsSilent(entry)))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            silencer.Dispose();
        }

        base.Dispose(disposing);
    }

    private static bool IsAllowed(string name) => allowed.Contains(name) || name.StartsWith(Ours, StringComparison.Ordinal);
}
