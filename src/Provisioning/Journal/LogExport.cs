using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Journal;

/// <summary>Writes the log for other programs, page by page: nothing is held but a page.</summary>
internal sealed class LogExport(LogQuery log)
{
    private static readonly JsonSerializerOptions plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] columns =
    [
        "time", "entry", "what", "kind", "subjectId", "name", "change", "connection", "status", "outcome", "reason", "milliseconds", "sequence", "members", "attempts", "completedAt", "envelopedAt",
    ];

    /// <summary>Comma-separated values (RFC 4180) in UTF-8, with a line of names; texts that a spreadsheet would take for formulas begin with an apostrophe.</summary>
    public async Task WriteCsvAsync(Stream target, string organization, LogFilter filter, CancellationToken cancellationToken)
    {
        await using var writer = Open(target);
        await writer.WriteAsync($"{string.Join(',', columns)}\r\n");
        await EachAsync(organization, filter, writer, entry => $"{string.Join(',', Cells(entry).Select(cell => Csv.Cell(Convert.ToString(cell, CultureInfo.InvariantCulture))))}\r\n", cancellationToken);
    }

    /// <summary>One JSON object a line, without what is null.</summary>
    public async Task WriteJsonLinesAsync(Stream target, string organization, LogFilter filter, CancellationToken cancellationToken)
    {
        await using var writer = Open(target);
        await EachAsync(organization, filter, writer, entry =>
        {
            var line = new JsonObject();
            foreach (var (column, cell) in columns.Zip(Cells(entry)).Where(pair => pair.Second is not null))
            {
                line[column] = cell is string text ? JsonValue.Create(text) : JsonValue.Create(Convert.ToInt64(cell, CultureInfo.InvariantCulture));
            }

            return $"{line.ToJsonString(plain)}\n";
        }, cancellationToken);
    }

    private static StreamWriter Open(Stream target) => new(target, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);

    private static object?[] Cells(LogEntry entry) =>
    [
        Text(entry.At), entry.IsEvent ? "event" : "call", entry.What, Lower(entry.Kind), entry.SubjectId, entry.Name, entry.Change, entry.Connection, entry.Status, Lower(entry.Outcome),
        entry.Reason, entry.Milliseconds, entry.Sequence, entry.IsEvent ? entry.Members : null, entry.IsEvent ? entry.Attempts : null, Text(entry.CompletedAt), Text(entry.EnvelopedAt),
    ];

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Globalization", "CA1308", Justification = "Names for programs, as in the rest of the interfaces.")]
    private static string Lower(Enum value) => value.ToString().ToLowerInvariant();

    private static string? Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private async Task EachAsync(string organization, LogFilter filter, StreamWriter writer, Func<LogEntry, string> line, CancellationToken cancellationToken)
    {
        LogCursor? place = null;
        do
        {
            var page = await log.ReadAsync(organization, filter, place, LogQuery.MostEntries, cancellationToken);
            foreach (var entry in page.Entries)
            {
                await writer.WriteAsync(line(entry));
            }

            await writer.FlushAsync(cancellationToken);
            place = page.Next;
        }
        while (place is not null);
    }
}
