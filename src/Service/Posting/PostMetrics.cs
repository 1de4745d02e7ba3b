using System.Diagnostics.Metrics;
using EncryptionService.Service.Telemetry;

namespace EncryptionService.Service.Posting;

/// <summary>What becomes of a post. A closed list: it is a metric label.</summary>
internal enum PostOutcome
{
    /// <summary>The core has it.</summary>
    Stored,

    /// <summary>The core lacks an earlier statement, and will ask for it.</summary>
    Gap,

    /// <summary>The core refused it for good.</summary>
    Refused,

    /// <summary>The core could not be reached, or could not answer, for too long.</summary>
    GaveUp,
}

/// <summary>Counts what leaves.</summary>
internal sealed class PostMetrics
{
    private readonly Counter<long> posts;
    private readonly Counter<long> envelopes;
    private readonly Counter<long> attempts;
    private readonly Counter<long> dropped;
    private readonly Histogram<double> duration;

    /// <summary>Makes the instruments.</summary>
    public PostMetrics(ServiceMeter service)
    {
        var meter = service.Meter;
        posts = meter.CreateCounter<long>("eec.posts", "{post}", "Posts to the core, by outcome");
        envelopes = meter.CreateCounter<long>("eec.envelopes", "{envelope}", "Envelopes that the core has taken");
        attempts = meter.CreateCounter<long>("eec.post.failures", "{attempt}", "Attempts to post that failed and were tried again");
        dropped = meter.CreateCounter<long>("eec.deliveries.dropped", "{delivery}", "Deliveries dropped from a full queue; the core reseals what it lacks");
        duration = meter.CreateHistogram<double>("eec.post.duration", "s", "Duration of a post, all attempts included");
    }

    /// <summary>A post ended.</summary>
    public void Posted(PostOutcome outcome, int sealedEnvelopes, TimeSpan took)
    {
        posts.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString()));
        duration.Record(took.TotalSeconds);
        if (outcome == PostOutcome.Stored)
        {
            envelopes.Add(sealedEnvelopes);
        }
    }

    /// <summary>An attempt failed.</summary>
    public void Failed() => attempts.Add(1);

    /// <summary>A delivery was dropped.</summary>
    public void Dropped() => dropped.Add(1);
}
