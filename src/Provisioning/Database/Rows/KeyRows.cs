namespace EncryptionService.Provisioning.Database;

/// <summary>The chain of a group's statements, as far as it has come.</summary>
public sealed class ChainRow
{
    /// <summary>Group.</summary>
    public required string GroupId { get; init; }

    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>Revision of the newest statement; 0: none.</summary>
    public long Revision { get; set; }

    /// <summary>Epoch of the newest statement.</summary>
    public long Epoch { get; set; }

    /// <summary>Highest revision that the service has acknowledged in a receipt.</summary>
    public long Acknowledged { get; set; }

    /// <summary>When to look whether statements and envelopes are complete; null: they are.</summary>
    public DateTimeOffset? CheckAt { get; set; }

    /// <summary>Checks in a row that found something lacking.</summary>
    public int Checks { get; set; }

    /// <summary>True while the service says FROZEN.</summary>
    public bool Frozen { get; set; }
}

/// <summary>A statement.</summary>
public sealed class StatementRow
{
    /// <summary>Group.</summary>
    public required string GroupId { get; init; }

    /// <summary>Revision.</summary>
    public required long Revision { get; init; }

    /// <summary>Epoch.</summary>
    public required long Epoch { get; init; }

    /// <summary>b64u of the statement's hash.</summary>
    public required string Hash { get; init; }

    /// <summary>The compact JWS.</summary>
    public required string Statement { get; init; }

    /// <summary>When it came.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When the last envelope that came with it was stored; null: none was.</summary>
    public DateTimeOffset? EnvelopedAt { get; set; }
}

/// <summary>An envelope. Create-only.</summary>
public sealed class EnvelopeRow
{
    /// <summary>Group.</summary>
    public required string GroupId { get; init; }

    /// <summary>Epoch.</summary>
    public required long Epoch { get; init; }

    /// <summary>Member.</summary>
    public required string MemberId { get; init; }

    /// <summary>Thumbprint of the member's HPKE key.</summary>
    public required string Kid { get; init; }

    /// <summary>Generation.</summary>
    public required long Generation { get; init; }

    /// <summary>The compact JWE.</summary>
    public required string Jwe { get; init; }
}

/// <summary>Who did what to whom, when, and through which connection.</summary>
public sealed class AuditRow
{
    /// <summary>Order of writing.</summary>
    public long Id { get; init; }

    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who: <c>connection:&lt;id&gt;</c>, <c>member:&lt;id&gt;</c>, <c>administrator:&lt;id&gt;</c>, <c>service</c>, <c>operator</c>, <c>command</c>, <c>system</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>What, e.g. <c>member.suspended</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Id of whom or what it happened to.</summary>
    public required string Subject { get; init; }

    /// <summary>Name of the subject at that time, for people.</summary>
    public string? Name { get; init; }

    /// <summary>Anything more, for people. Never a secret.</summary>
    public string? Detail { get; init; }
}
