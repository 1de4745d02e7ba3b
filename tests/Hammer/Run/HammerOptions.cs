using EncryptionService.Hammer.Scim.Idp;

namespace EncryptionService.Hammer.Run;

/// <summary>What to run.</summary>
internal sealed record HammerOptions
{
    /// <summary>The history, in one or more files.</summary>
    public required IReadOnlyList<FileInfo> Events { get; init; }

    /// <summary>The state in which the whole history must end.</summary>
    public required FileInfo? Expect { get; init; }

    /// <summary>History lines in a request.</summary>
    public required int LinesPerRequest { get; init; }

    /// <summary>Average time between two kills; null: nobody is killed.</summary>
    public required TimeSpan? KillEvery { get; init; }

    /// <summary>Where figures and checks are written.</summary>
    public required FileInfo? Json { get; init; }

    /// <summary>Only so many lines of the history.</summary>
    public required int? Limit { get; init; }

    /// <summary>Where ledger and recordings stay after the run.</summary>
    public required DirectoryInfo? Keep { get; init; }

    /// <summary>Whether to tell a few groups' stories at the end.</summary>
    public required bool Story { get; init; }

    /// <summary>The built service; null: it is built first.</summary>
    public required FileInfo? Service { get; init; }

    /// <summary>Whose SCIM is played through the whole chain; null: the hammer plays the core itself.</summary>
    public IdpKind? ThroughScim { get; init; }

    /// <summary>The built core; null: it is built first.</summary>
    public FileInfo? Core { get; init; }

    /// <summary>Connection string of a PostgreSQL server for the core; null: SQLite.</summary>
    public string? Postgres { get; init; }

    /// <summary>Whether ledger and keys are in an Azure of the run's own.</summary>
    public bool Azure { get; init; }

    /// <summary>Replicas of the service.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Instances of the core.</summary>
    public int Instances { get; init; } = 1;
}
