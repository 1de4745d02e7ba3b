namespace EncryptionService.Hammer.Run;

/// <summary>What a run measured.</summary>
internal sealed record Figures
{
    public int Lines { get; init; }

    public int LinesPerRequest { get; init; }

    /// <summary>Whether ledger and keys were in an Azure of the run's own.</summary>
    public bool Azure { get; init; }

    public int Replicas { get; init; } = 1;

    /// <summary>Calls that came to each replica; empty where there was one.</summary>
    public IReadOnlyList<int> CallsOfReplicas { get; init; } = [];

    public int Users { get; init; }

    public int Events { get; init; }

    public int Requests { get; init; }

    public int Groups { get; init; }

    public int Statements { get; init; }

    public int Epochs { get; init; }

    public int Envelopes { get; init; }

    public int Kills { get; init; }

    public int Duplicates { get; init; }

    public int Gaps { get; init; }

    public int Reseals { get; init; }

    public double Seconds { get; init; }

    public double EventsPerSecond { get; init; }

    public double EnvelopesPerSecond { get; init; }

    public double P50Milliseconds { get; init; }

    public double P99Milliseconds { get; init; }

    public long PeakServiceBytes { get; init; }

    public long LedgerBytes { get; init; }

    public int VaultKeys { get; init; }

    public long SearchedBytes { get; init; }
}
