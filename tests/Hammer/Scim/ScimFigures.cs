using EncryptionService.Hammer.Checks;
using EncryptionService.Hammer.Scim.Idp;

namespace EncryptionService.Hammer.Scim;

/// <summary>What a run through SCIM measured.</summary>
internal sealed record ScimFigures
{
    public required string Idp { get; init; }

    public required string Database { get; init; }

    public required int Instances { get; init; }

    public required bool Azure { get; init; }

    public required int Replicas { get; init; }

    /// <summary>Calls that came to each replica of the service; empty where there was one.</summary>
    public required IReadOnlyList<int> CallsOfReplicas { get; init; }

    public required int Lines { get; init; }

    public required int MembersPerRequest { get; init; }

    public required int Users { get; init; }

    public required int Groups { get; init; }

    public required int Requests { get; init; }

    public required int Lost { get; init; }

    public required double RequestsPerSecond { get; init; }

    public required double P50Milliseconds { get; init; }

    public required double P99Milliseconds { get; init; }

    public required IReadOnlyList<KindOfCall> Kinds { get; init; }

    public required int Mails { get; init; }

    public required int Acceptances { get; init; }

    public required int Events { get; init; }

    public required int Statements { get; init; }

    public required int Epochs { get; init; }

    public required int Envelopes { get; init; }

    public required double ReplaySeconds { get; init; }

    public required double SettledSeconds { get; init; }

    public required double Seconds { get; init; }

    public required int CoreKills { get; init; }

    public required int ServiceKills { get; init; }

    public required long PeakCoreBytes { get; init; }

    public required long PeakServiceBytes { get; init; }

    public required int VaultKeys { get; init; }

    public required long SearchedBytes { get; init; }
}

/// <summary>What a run through SCIM came to.</summary>
internal sealed record ScimOutcome(ScimFigures Figures, IReadOnlyList<Check> Checks, IReadOnlyCollection<string> Faults)
{
    public bool Held => Checks.All(check => check.Held);
}
