using System.Diagnostics;

namespace EncryptionService.Service.Telemetry;

/// <summary>The spans of the service (docs/spec/operations.md, section 4). They carry counts and outcomes; no id of a group or a member, and no secret.</summary>
internal static class ServiceSpans
{
    private static readonly ActivitySource source = new(ServiceMeter.Name);

    /// <summary>A step of the work under way; null where nobody collects.</summary>
    public static Activity? Start(string name) => source.StartActivity(name);

    /// <summary>Work that outlives the call that made it due: a trace of its own, linked to that call's.</summary>
    /// <param name="name">The span's name.</param>
    /// <param name="cause">What made it due, or default.</param>
    public static Activity? StartOwn(string name, ActivityContext cause)
    {
        var before = Activity.Current;
        Activity.Current = null;
        var own = source.StartActivity(name, ActivityKind.Internal, parentContext: default, links: cause == default ? null : [new ActivityLink(cause)]);
        if (own is null)
        {
            Activity.Current = before;
        }

        return own;
    }
}
