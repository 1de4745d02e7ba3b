using EncryptionService.Formats;

namespace EncryptionService.Provisioning.Admin.Setup;

/// <summary>How far an organization's encryption service has come (docs/spec/panel.md, section 6).</summary>
internal enum ServiceStage
{
    /// <summary>Nobody has created a configuration.</summary>
    NotSetUp,

    /// <summary>A configuration was created, and no service has come with it yet.</summary>
    Waiting,

    /// <summary>Configurations were created, and all of them have run out.</summary>
    RanOut,

    /// <summary>A service has enrolled, and has acknowledged nothing yet.</summary>
    Enrolled,

    /// <summary>The service takes changes of groups.</summary>
    Running,

    /// <summary>The last calls of the service failed.</summary>
    Failing,
}

/// <summary>A replica.</summary>
internal sealed record ReplicaState(string Name, string Revision, string Version, DateTimeOffset EnrolledAt, DateTimeOffset LastContactAt);

/// <summary>What is known of an enrolled service.</summary>
internal sealed record EnrolledService(
    string Address,
    string Identity,
    string OrganizationKey,
    string Version,
    string Revision,
    DateTimeOffset EnrolledAt,
    DateTimeOffset LastContactAt,
    string? Problem,
    DateTimeOffset? RetryAt,
    IReadOnlyList<ReplicaState> Replicas)
{
    /// <summary>What members trust; null where the stored thumbprint is none.</summary>
    public string? OrganizationCode => Thumbprint.TryParse(OrganizationKey, out var thumbprint) ? Formats.OrganizationCode.Format(thumbprint) : null;
}

/// <summary>The state of an organization's service.</summary>
/// <param name="Stage">How far it has come.</param>
/// <param name="Service">The enrolled service; null: none.</param>
/// <param name="TokenUntil">When the newest unused enrolment token ends, or ended; null: there is none.</param>
/// <param name="TokenIsGood">True while that one is good.</param>
/// <param name="Frozen">Groups that wait for an operator.</param>
/// <param name="Parked">Changes that the service refused.</param>
internal sealed record ServiceState(ServiceStage Stage, EnrolledService? Service, DateTimeOffset? TokenUntil, bool TokenIsGood, int Frozen, int Parked);
