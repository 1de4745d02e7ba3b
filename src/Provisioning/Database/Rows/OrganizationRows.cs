namespace EncryptionService.Provisioning.Database;

/// <summary>A customer.</summary>
public sealed class OrganizationRow
{
    /// <summary>Organization id, as on the wire.</summary>
    public required string Id { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; set; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The core's private call key for this organization, protected (Organizations.CallKeys).</summary>
    public required byte[] CallKey { get; set; }
}

/// <summary>A one-time enrolment token, hashed (docs/spec/core.md, section 2).</summary>
public sealed class EnrolmentTokenRow
{
    /// <summary>b64u of SHA-256 of the token.</summary>
    public required string Hash { get; init; }

    /// <summary>Organization that it is for.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>End of validity.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Thumbprint of the identity that used it, or null.</summary>
    public string? Identity { get; set; }
}

/// <summary>The enrolled service of an organization. While there is none, the organization has no group provisioning.</summary>
public sealed class ServiceRow
{
    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>Thumbprint of the identity that signs now.</summary>
    public required string Identity { get; set; }

    /// <summary>Thumbprint of the organization key, which members pin.</summary>
    public required string OrganizationKey { get; set; }

    /// <summary>Generation of the identity.</summary>
    public required long Generation { get; set; }

    /// <summary>The service's call key, a JWK.</summary>
    public required string CallKey { get; set; }

    /// <summary>Where the gRPC door is.</summary>
    public required string Address { get; set; }

    /// <summary>Version of the service.</summary>
    public required string Version { get; set; }

    /// <summary>Name of its revision.</summary>
    public required string RevisionName { get; set; }

    /// <summary>When the service signed the enrolment that was taken last: an earlier one is a repeat.</summary>
    public required DateTimeOffset EnrolledAt { get; set; }

    /// <summary>Last enrolment, post or answered call.</summary>
    public required DateTimeOffset LastContactAt { get; set; }

    /// <summary>Nothing is dispatched to this service before; it did not answer.</summary>
    public DateTimeOffset? DispatchAfter { get; set; }

    /// <summary>Calls in a row that failed.</summary>
    public int Failures { get; set; }

    /// <summary>How a <see cref="Problem"/> with the service's clock begins: it ends with a call whose times are right, not with one that the service answers.</summary>
    public const string ClockProblem = "Clock: ";

    /// <summary>What went wrong last, for people; null when all is well.</summary>
    public string? Problem { get; set; }
}

/// <summary>A replica of an organization's service, as it named itself (docs/spec/operations.md, section 5).</summary>
public sealed class ReplicaRow
{
    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>Thumbprint of the identity that it enrolled with.</summary>
    public required string Identity { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Name of its revision.</summary>
    public required string RevisionName { get; set; }

    /// <summary>Version of its program.</summary>
    public required string Version { get; set; }

    /// <summary>When it enrolled last.</summary>
    public required DateTimeOffset EnrolledAt { get; set; }

    /// <summary>Its last enrolment or call, to the minute.</summary>
    public required DateTimeOffset LastContactAt { get; set; }
}

/// <summary>An identity certificate; all of an organization are kept, because old statements need them.</summary>
public sealed class CertificateRow
{
    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>Thumbprint of the identity.</summary>
    public required string Identity { get; init; }

    /// <summary>Generation.</summary>
    public required long Generation { get; init; }

    /// <summary>The compact JWS.</summary>
    public required string Certificate { get; init; }
}

/// <summary>An operator's bearer token for the organization, hashed (docs/spec/member.md, section 7).</summary>
public sealed class OperatorTokenRow
{
    /// <summary>b64u of SHA-256 of the token.</summary>
    public required string Hash { get; init; }

    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A one-time link for the first administrator, hashed.</summary>
public sealed class AdminLinkRow
{
    /// <summary>b64u of SHA-256 of the token.</summary>
    public required string Hash { get; init; }

    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>End of validity.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was used, or null.</summary>
    public DateTimeOffset? UsedAt { get; set; }
}
