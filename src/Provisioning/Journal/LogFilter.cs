using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EncryptionService.Provisioning.Journal;

/// <summary>Which entries of the log are asked for.</summary>
internal enum LogKind
{
    /// <summary>Events, and calls that change something or failed: all but the many reads.</summary>
    Changes,

    /// <summary>Everything.</summary>
    All,

    /// <summary>Calls about users.</summary>
    Users,

    /// <summary>Calls about groups.</summary>
    Groups,

    /// <summary>Membership events.</summary>
    Events,
}

/// <summary>What became of an entry.</summary>
internal enum LogOutcome
{
    /// <summary>Whatever became of it.</summary>
    Any,

    /// <summary>Answered well; taken by the service.</summary>
    Done,

    /// <summary>Answered with 4xx; parked.</summary>
    Refused,

    /// <summary>Answered with 5xx.</summary>
    Failed,

    /// <summary>An event that was not answered yet.</summary>
    Waiting,
}

/// <summary>Which entries are asked for.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Outcome">Outcome.</param>
/// <param name="Connection">Connection id: calls of this one only; or null.</param>
/// <param name="Text">Found in names, changes, reasons and ids of calls, in names and ids of groups of events; or null.</param>
/// <param name="From">Not older; or null.</param>
/// <param name="To">Older than; or null.</param>
internal sealed record LogFilter(
    LogKind Kind = LogKind.Changes, LogOutcome Outcome = LogOutcome.Any, string? Connection = null, string? Text = null, DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    /// <summary>True if calls may be found.</summary>
    public bool TakesCalls => Kind != LogKind.Events && Outcome != LogOutcome.Waiting;

    /// <summary>True if events may be found.</summary>
    public bool TakesEvents => Kind is LogKind.Changes or LogKind.All or LogKind.Events && Outcome != LogOutcome.Failed && Connection is null;
}

/// <summary>A place in the log; a page goes on behind it, towards older entries.</summary>
/// <param name="At">Time of the last entry.</param>
/// <param name="IsEvent">True if it was an event: these stand before calls of the same time.</param>
/// <param name="Id">Its id.</param>
internal readonly record struct LogCursor(DateTimeOffset At, bool IsEvent, long Id)
{
    /// <summary>As it stands in an address.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.ToUnixTimeMilliseconds()}-{(IsEvent ? 'e' : 'c')}-{Id}");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out LogCursor? cursor)
    {
        cursor = null;
        if (text?.Split('-') is not [var at, "e" or "c", var id]
            || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var time) || time > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            || !long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        cursor = new LogCursor(DateTimeOffset.FromUnixTimeMilliseconds(time), text.Contains('e', StringComparison.Ordinal), number);
        return true;
    }
}
