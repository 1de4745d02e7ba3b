using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Journal;

/// <summary>Reads the log of one organization, newest entries first (docs/spec/journal.md, section 4). What is done is to read both tables from the same place on, and to merge.</summary>
internal sealed class LogQuery(CoreStore store)
{
    /// <summary>Most entries in a page.</summary>
    public const int MostEntries = 500;

    // What is rare or nowhere would have a page read everything: it is looked for in so many calls, and the page says where to go on.
    private const int Searched = 10_000;

    /// <summary>A page.</summary>
    /// <param name="organization">Organization.</param>
    /// <param name="filter">Which entries.</param>
    /// <param name="after">Where the page before ended; null: the first page.</param>
    /// <param name="count">Entries at most, up to <see cref="MostEntries"/>.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<LogPage> ReadAsync(string organization, LogFilter filter, LogCursor? after, int count, CancellationToken cancellationToken) => store.ReadAsync(
        async db =>
        {
            var most = Math.Clamp(count, 1, MostEntries);
            var calls = filter.TakesCalls ? await CallsAsync(db, organization, filter, after, most + 1, cancellationToken) : Stretch.Empty;
            var events = filter.TakesEvents ? await EventsAsync(db, organization, filter, after, most + 1, cancellationToken) : Stretch.Empty;
            // Nothing is shown from beyond the place where the search in one of the two tables ended.
            var end = Later(calls.End, events.End);
            var entries = calls.Entries.Concat(events.Entries)
                .Where(entry => end is null || IsBefore(entry.Cursor, end.Value))
                .OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.IsEvent).ThenByDescending(entry => entry.Id).ToList();
            var next = entries.Count > most ? entries[most - 1].Cursor : end;
            var page = await EventNames.FillAsync(db, entries.Take(most), cancellationToken);
            return new LogPage(page, next);
        },
        cancellationToken);

    /// <summary>Events that the service refused, newest first.</summary>
    /// <param name="organization">Organization.</param>
    /// <param name="skip">How many are passed over.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<(int Total, IReadOnlyList<LogEntry> Entries)> ParkedAsync(string organization, int skip, int count, CancellationToken cancellationToken) => store.ReadAsync(
        async db =>
        {
            var parked = db.Events.Where(row => row.OrganizationId == organization && row.State == EventState.Parked);
            var total = await parked.CountAsync(cancellationToken);
            var entries = await Entries(db, parked.OrderByDescending(row => row.Id).Skip(skip).Take(count)).ToListAsync(cancellationToken);
            return (total, await EventNames.FillAsync(db, entries, cancellationToken));
        },
        cancellationToken);

    private static async Task<Stretch> CallsAsync(CoreDb db, string organization, LogFilter filter, LogCursor? after, int count, CancellationToken cancellationToken)
    {
        var rows = db.Calls.Where(row => row.OrganizationId == organization);
        // In the words of the index that holds just these.
        rows = filter.Outcome is LogOutcome.Refused or LogOutcome.Failed ? rows.Where(row => row.Status >= 400)
            : filter.Kind == LogKind.Changes ? rows.Where(row => row.Method != "GET" || row.Status >= 400) : rows;
        rows = filter.From is { } from ? rows.Where(row => row.At >= from) : rows;
        rows = filter.To is { } to ? rows.Where(row => row.At < to) : rows;
        if (after is { } place)
        {
            var (at, id) = (place.At, place.IsEvent ? long.MaxValue : place.Id);
            rows = rows.Where(row => row.At <= at && (row.At < at || row.Id < id));
        }

        rows = rows.OrderByDescending(row => row.At).ThenByDescending(row => row.Id);
        if (filter is { Kind: LogKind.Changes or LogKind.All, Outcome: LogOutcome.Any, Connection: null } && string.IsNullOrWhiteSpace(filter.Text))
        {
            return new Stretch(await Entries(rows.Take(count)).ToListAsync(cancellationToken), null);
        }

        var found = await Entries(Among(rows.Take(Searched), filter).OrderByDescending(row => row.At).ThenByDescending(row => row.Id).Take(count)).ToListAsync(cancellationToken);
        var last = found.Count >= count ? null : await rows.Skip(Searched).Take(1).Select(row => new { row.At, row.Id }).FirstOrDefaultAsync(cancellationToken);
        return new Stretch(found, last is null ? null : new LogCursor(last.At, false, last.Id + 1));
    }

    /// <summary>What no index knows.</summary>
    private static IQueryable<CallRow> Among(IQueryable<CallRow> rows, LogFilter filter)
    {
        rows = filter.Outcome switch
        {
            LogOutcome.Done => rows.Where(row => row.Status < 400),
            LogOutcome.Refused => rows.Where(row => row.Status < 500),
            LogOutcome.Failed => rows.Where(row => row.Status >= 500),
            _ => rows,
        };
        rows = filter.Kind switch
        {
            LogKind.Users => rows.Where(row => row.Kind == CallKind.User),
            LogKind.Groups => rows.Where(row => row.Kind == CallKind.Group),
            _ => rows,
        };
        rows = filter.Connection is { } connection ? rows.Where(row => row.ConnectionId == connection) : rows;
        if (string.IsNullOrWhiteSpace(filter.Text))
        {
            return rows;
        }

        var (key, exact) = (Folding.Fold(filter.Text.Trim()), filter.Text.Trim());
        return rows.Where(row => row.ResourceId == exact || row.Text.Contains(key));
    }

    private static async Task<Stretch> EventsAsync(CoreDb db, string organization, LogFilter filter, LogCursor? after, int count, CancellationToken cancellationToken)
    {
        var rows = db.Events.Where(row => row.OrganizationId == organization);
        rows = filter.Outcome switch
        {
            LogOutcome.Done => rows.Where(row => row.State == EventState.Done || row.State == EventState.Superseded),
            LogOutcome.Refused => rows.Where(row => row.State == EventState.Parked),
            LogOutcome.Waiting => rows.Where(row => row.State == EventState.Waiting),
            _ => rows,
        };
        rows = filter.From is { } from ? rows.Where(row => row.OccurredAt >= from) : rows;
        rows = filter.To is { } to ? rows.Where(row => row.OccurredAt < to) : rows;
        if (after is { } place)
        {
            var (at, id) = (place.At, place.IsEvent ? place.Id : 0);
            rows = rows.Where(row => row.OccurredAt <= at && (row.OccurredAt < at || row.Id < id));
        }

        if (!string.IsNullOrWhiteSpace(filter.Text))
        {
            var (key, exact) = (Folding.Fold(filter.Text.Trim()), filter.Text.Trim());
            rows = rows.Where(row => row.GroupId == exact
                || db.Groups.Any(group => group.Id == row.GroupId && group.OrganizationId == organization && group.DisplayNameKey.Contains(key)));
        }

        rows = rows.OrderByDescending(row => row.OccurredAt).ThenByDescending(row => row.Id).Take(count);
        return new Stretch(await Entries(db, rows).ToListAsync(cancellationToken), null);
    }

    private static IQueryable<LogEntry> Entries(IQueryable<CallRow> rows) => rows.Select(row => new LogEntry
    {
        At = row.At,
        IsEvent = false,
        Id = row.Id,
        What = row.Method,
        Kind = row.Kind,
        SubjectId = row.ResourceId,
        Name = row.Name,
        Change = row.Change,
        Connection = row.ConnectionId,
        Status = row.Status,
        Reason = row.ErrorType == null ? row.Detail : row.ErrorType + ": " + row.Detail,
        Milliseconds = row.Milliseconds,
    });

    private static IQueryable<LogEntry> Entries(CoreDb db, IQueryable<EventRow> rows) => rows.Select(row => new LogEntry
    {
        At = row.OccurredAt,
        IsEvent = true,
        Id = row.Id,
        What = row.Kind,
        Kind = CallKind.Group,
        SubjectId = row.GroupId,
        Name = db.Groups.Where(group => group.Id == row.GroupId).Select(group => group.DisplayName).FirstOrDefault(),
        Change = row.Note,
        State = row.State,
        Reason = row.Outcome,
        Sequence = row.Sequence,
        Members = row.Members,
        Attempts = row.Attempts,
        CompletedAt = row.CompletedAt,
        EnvelopedAt = db.Statements.Where(statement => statement.GroupId == row.GroupId && statement.Revision == row.Revision).Select(statement => statement.EnvelopedAt).FirstOrDefault(),
    });

    private static bool IsBefore(LogCursor entry, LogCursor end) => entry.At > end.At
        || (entry.At == end.At && (entry.IsEvent, end.IsEvent) switch
        {
            (true, false) => true,
            (false, true) => false,
            _ => entry.Id >= end.Id,
        });

    private static LogCursor? Later(LogCursor? first, LogCursor? second) =>
        first is { } a && second is { } b ? (a.At >= b.At ? a : b) : first ?? second;

    /// <summary>What was found, and where the search ended before it found enough; null: at the end of the table, or it found enough.</summary>
    private sealed record Stretch(IReadOnlyList<LogEntry> Entries, LogCursor? End)
    {
        public static readonly Stretch Empty = new([], null);
    }
}
