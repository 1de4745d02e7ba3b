using EncryptionService.Provisioning.Database;

namespace EncryptionService.Provisioning.Journal;

/// <summary>A SCIM call or a membership event, as the log shows it.</summary>
internal sealed record LogEntry
{
    /// <summary>When it was answered; when the directory changed.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>True for a membership event.</summary>
    public required bool IsEvent { get; init; }

    /// <summary>Id of its row.</summary>
    public required long Id { get; init; }

    /// <summary>The method of a call; the kind of an event.</summary>
    public required string What { get; init; }

    /// <summary>What a call was about; events are about groups.</summary>
    public required CallKind Kind { get; init; }

    /// <summary>Id of the user or group, or null.</summary>
    public string? SubjectId { get; init; }

    /// <summary>Its name, or null.</summary>
    public string? Name { get; init; }

    /// <summary>What was changed or found, or null.</summary>
    public string? Change { get; init; }

    /// <summary>Connection of a call.</summary>
    public string? Connection { get; init; }

    /// <summary>HTTP status of a call.</summary>
    public int? Status { get; init; }

    /// <summary>State of an event.</summary>
    public EventState? State { get; init; }

    /// <summary>Why not, or the service's words; or null.</summary>
    public string? Reason { get; init; }

    /// <summary>How long the answer to a call took.</summary>
    public int? Milliseconds { get; init; }

    /// <summary>Sequence of an event in its group.</summary>
    public long? Sequence { get; init; }

    /// <summary>Members that an event is about.</summary>
    public int Members { get; init; }

    /// <summary>How often an event was sent.</summary>
    public int Attempts { get; init; }

    /// <summary>When the service took an event, or it came to rest otherwise.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When the last envelope came of those that an event made necessary.</summary>
    public DateTimeOffset? EnvelopedAt { get; init; }

    /// <summary>What became of it.</summary>
    public LogOutcome Outcome => (Status, State) switch
    {
        ( >= 500, _) => LogOutcome.Failed,
        ( >= 400, _) or (_, EventState.Parked) => LogOutcome.Refused,
        (_, EventState.Waiting) => LogOutcome.Waiting,
        _ => LogOutcome.Done,
    };

    /// <summary>Where the log goes on behind this entry.</summary>
    public LogCursor Cursor => new(At, IsEvent, Id);
}

/// <summary>A page of the log.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Next">Where it goes on; null: there is no more.</param>
internal sealed record LogPage(IReadOnlyList<LogEntry> Entries, LogCursor? Next);
