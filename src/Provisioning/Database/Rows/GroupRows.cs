namespace EncryptionService.Provisioning.Database;

/// <summary>A SCIM group: what the directory wants.</summary>
public sealed class GroupRow
{
    /// <summary>Group id: SCIM id and id on the wire; never used again.</summary>
    public required string Id { get; init; }

    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>SCIM displayName exactly as sent.</summary>
    public required string DisplayName { get; set; }

    /// <summary><see cref="DisplayName"/> folded: unique in the organization.</summary>
    public required string DisplayNameKey { get; set; }

    /// <summary>SCIM externalId exactly as sent, or null.</summary>
    public string? ExternalId { get; set; }

    /// <summary>meta.created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>meta.lastModified.</summary>
    public required DateTimeOffset ModifiedAt { get; set; }
}

/// <summary>One member of one SCIM group, suspended and pending ones included.</summary>
public sealed class GroupMemberRow
{
    /// <summary>Group.</summary>
    public required string GroupId { get; init; }

    /// <summary>Member.</summary>
    public required string MemberId { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset AddedAt { get; init; }
}

/// <summary>Where a group's events are counted. Whoever writes events of a group holds its lane.</summary>
public sealed class LaneRow
{
    /// <summary>Group; outlives the <see cref="GroupRow"/>.</summary>
    public required string GroupId { get; init; }

    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>Sequence of the next event: 1, 2, …</summary>
    public required long NextSequence { get; set; }

    /// <summary>True once the group was deleted.</summary>
    public bool Deleted { get; set; }
}

/// <summary>What became of an event.</summary>
public enum EventState
{
    /// <summary>To be sent.</summary>
    Waiting,

    /// <summary>The service has it.</summary>
    Done,

    /// <summary>The service refused it, and took its number or never will.</summary>
    Parked,

    /// <summary>Newer events say the same after a comparison with the service.</summary>
    Superseded,
}

/// <summary>Outbox: one event of a group, written in the transaction that changed the directory.</summary>
public sealed class EventRow
{
    /// <summary>Order of writing.</summary>
    public long Id { get; init; }

    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>Group.</summary>
    public required string GroupId { get; init; }

    /// <summary>Sequence in the group.</summary>
    public required long Sequence { get; init; }

    /// <summary>UUIDv7.</summary>
    public required string EventId { get; init; }

    /// <summary>Name of the change, as in the contract's oneof, for people.</summary>
    public required string Kind { get; init; }

    /// <summary>Members that it is about, for people.</summary>
    public required int Members { get; init; }

    /// <summary>The event, a protobuf message. Fixed when it is written, so that every attempt sends the same bytes.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>When the directory changed.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>What became of it.</summary>
    public required EventState State { get; set; }

    /// <summary>Not before; set by back-off.</summary>
    public required DateTimeOffset DueAt { get; set; }

    /// <summary>Attempts so far.</summary>
    public int Attempts { get; set; }

    /// <summary>The service's outcome and reason, for people.</summary>
    public string? Outcome { get; set; }

    /// <summary>When it came to rest.</summary>
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>Revision of the statement that tells of it; null: not taken, or taken before this was kept.</summary>
    public long? Revision { get; set; }

    /// <summary>Why it was asked for, in the words of whoever asked, or null.</summary>
    public string? Note { get; init; }
}

/// <summary>One stay of a member in a group's effective roster: what was asked for, and from which to which revision it was so.</summary>
public sealed class RosterRow
{
    /// <summary>Key of the row.</summary>
    public long Id { get; init; }

    /// <summary>Group.</summary>
    public required string GroupId { get; init; }

    /// <summary>Member.</summary>
    public required string MemberId { get; init; }

    /// <summary>Suite of the HPKE key.</summary>
    public required string Alg { get; init; }

    /// <summary>Thumbprint of the HPKE key.</summary>
    public required string Hpke { get; init; }

    /// <summary>Thumbprint of the signing key.</summary>
    public required string Signing { get; init; }

    /// <summary>Sequence of the event that brought the member in.</summary>
    public required long AddedSequence { get; set; }

    /// <summary>Sequence of the event that took the member out; null: asked to be in.</summary>
    public long? RemovedSequence { get; set; }

    /// <summary>Revision from which the member is in; null: not answered yet.</summary>
    public long? FromRevision { get; set; }

    /// <summary>Revision from which the member is out; null: in, or not answered yet.</summary>
    public long? ToRevision { get; set; }
}

/// <summary>A member that the service refused for a group.</summary>
public sealed class RefusalRow
{
    /// <summary>Group.</summary>
    public required string GroupId { get; init; }

    /// <summary>Member.</summary>
    public required string MemberId { get; init; }

    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>Reason, a name of the contract's enum.</summary>
    public required string Reason { get; set; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; set; }
}
