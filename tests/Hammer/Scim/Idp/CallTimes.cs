using EncryptionService.Hammer.Run;

namespace EncryptionService.Hammer.Scim.Idp;

/// <summary>How long calls took, by kind. May be used from many threads.</summary>
internal sealed class CallTimes
{
    private readonly SortedDictionary<string, Latencies> kinds = new(StringComparer.Ordinal);
    private readonly Latencies all = new();

    public int Count { get; private set; }

    public void Add(HttpMethod method, string resource, TimeSpan taken)
    {
        var kind = $"{method} {resource.TrimStart('/').Split('/', '?')[0]}";
        lock (kinds)
        {
            if (!kinds.TryGetValue(kind, out var times))
            {
                kinds.Add(kind, times = new Latencies());
            }

            times.Add(taken);
            all.Add(taken);
            Count++;
        }
    }

    public double Quantile(double share)
    {
        lock (kinds)
        {
            return all.Quantile(share);
        }
    }

    public IReadOnlyList<KindOfCall> Kinds()
    {
        lock (kinds)
        {
            return [.. kinds.Select(kind => new KindOfCall(kind.Key, kind.Value.Count, kind.Value.Quantile(0.50), kind.Value.Quantile(0.99)))];
        }
    }
}

/// <summary>Calls of one kind.</summary>
internal sealed record KindOfCall(string Kind, int Count, double P50Milliseconds, double P99Milliseconds);
