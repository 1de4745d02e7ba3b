namespace EncryptionService.Hammer.Run;

/// <summary>How long requests took.</summary>
internal sealed class Latencies
{
    private readonly List<TimeSpan> taken = [];

    public int Count => taken.Count;

    public void Add(TimeSpan latency) => taken.Add(latency);

    /// <summary>The latency that this share of all requests did not exceed, in milliseconds; 0 without requests.</summary>
    public double Quantile(double share)
    {
        if (taken.Count == 0)
        {
            return 0;
        }

        var sorted = taken.Order().ToList();
        return sorted[(int)Math.Ceiling(share * sorted.Count) - 1].TotalMilliseconds;
    }
}
