namespace EncryptionService.Provisioning.Database;

/// <summary>What a SCIM call was about.</summary>
public enum CallKind
{
    /// <summary>What the server says about itself, or an address that does not exist.</summary>
    Other,

    /// <summary>Users.</summary>
    User,

    /// <summary>Groups.</summary>
    Group,
}

/// <summary>A SCIM call that was answered (docs/spec/journal.md, section 2). Neither a body nor a value that was searched for.</summary>
public sealed class CallRow
{
    /// <summary>Order of writing.</summary>
    public long Id { get; init; }

    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>When it was answered.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Connection.</summary>
    public required string ConnectionId { get; init; }

    /// <summary>GET, POST, PUT, PATCH, DELETE or other.</summary>
    public required string Method { get; init; }

    /// <summary>What it was about.</summary>
    public required CallKind Kind { get; init; }

    /// <summary>Id of the user or group, or null.</summary>
    public string? ResourceId { get; init; }

    /// <summary>Name of the user or group at that time, or null.</summary>
    public string? Name { get; init; }

    /// <summary>What it changed or found, for people, or null.</summary>
    public string? Change { get; init; }

    /// <summary>HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>scimType of an error, or null.</summary>
    public string? ErrorType { get; init; }

    /// <summary>Detail of an error, or null.</summary>
    public string? Detail { get; init; }

    /// <summary>How long the answer took.</summary>
    public required int Milliseconds { get; init; }

    /// <summary>All that is searched, folded.</summary>
    public required string Text { get; init; }
}

/// <summary>How many SCIM calls there were in an hour: what charts are drawn from.</summary>
public sealed class HourRow
{
    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>Begin of the hour.</summary>
    public required DateTimeOffset Hour { get; init; }

    /// <summary>Reads that were answered well.</summary>
    public int Reads { get; init; }

    /// <summary>Other calls that were answered well.</summary>
    public int Writes { get; init; }

    /// <summary>Calls answered with 4xx.</summary>
    public int Refused { get; init; }

    /// <summary>Calls answered with 5xx.</summary>
    public int Failed { get; init; }

    /// <summary>Calls to the organization's connections with a wrong token.</summary>
    public int WrongTokens { get; init; }
}

/// <summary>A rotation of a group: which epoch, since when, and why. Written with the receipt that tells of it.</summary>
public sealed class EpochRow
{
    /// <summary>Group.</summary>
    public required string GroupId { get; init; }

    /// <summary>Epoch.</summary>
    public required long Epoch { get; init; }

    /// <summary>Revision of the statement that began it.</summary>
    public required long Revision { get; init; }

    /// <summary>When the service took the event.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Kind of the event that made it necessary, as in the contract's oneof.</summary>
    public required string Cause { get; init; }

    /// <summary>Members that it was about.</summary>
    public required int Members { get; init; }

    /// <summary>What whoever asked for it gave as a reason, or null.</summary>
    public string? Note { get; init; }
}

/// <summary>How a member is listed and searched for: made from the SCIM attributes whenever these change.</summary>
public sealed class ListingRow
{
    /// <summary>Member.</summary>
    public required string MemberId { get; init; }

    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>Name for people; never empty.</summary>
    public required string Name { get; set; }

    /// <summary><see cref="Name"/> folded: the order of lists.</summary>
    public required string NameKey { get; set; }

    /// <summary>E-mail address, or null.</summary>
    public string? Mail { get; set; }

    /// <summary>All that is searched, folded.</summary>
    public required string Text { get; set; }
}
