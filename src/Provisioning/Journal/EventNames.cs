using EncryptionService.Contracts.Membership;
using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Journal;

/// <summary>Says whom an event is about, where they are few.</summary>
internal static class EventNames
{
    private const int MostNames = 3;

    /// <summary>The entries, with names where there are some.</summary>
    public static async Task<IReadOnlyList<LogEntry>> FillAsync(CoreDb db, IEnumerable<LogEntry> entries, CancellationToken cancellationToken)
    {
        List<LogEntry> all = [.. entries];
        var rows = all.Where(entry => entry is { IsEvent: true, Members: > 0 and <= MostNames }).Select(entry => entry.Id).ToList();
        if (rows.Count == 0)
        {
            return all;
        }

        var payloads = await db.Events.Where(row => rows.Contains(row.Id)).Select(row => new { row.Id, row.Payload }).ToListAsync(cancellationToken);
        var people = payloads.ToDictionary(row => row.Id, row => MembersOf(Event.Parser.ParseFrom(row.Payload)));
        var ids = people.Values.SelectMany(members => members).Distinct().ToList();
        var names = await db.Listings.Where(row => ids.Contains(row.MemberId)).ToDictionaryAsync(row => row.MemberId, row => row.Name, cancellationToken);
        return all.ConvertAll(entry => people.TryGetValue(entry.Id, out var members) && entry.IsEvent ? entry with { Change = Words(members, names) } : entry);
    }

    private static string Words(List<string> members, Dictionary<string, string> names) => string.Join(", ", members.Select(id => names.GetValueOrDefault(id, "a deleted member")));

    private static List<string> MembersOf(Event change) => change.ChangeCase switch
    {
        Event.ChangeOneofCase.MembersAdded => [.. change.MembersAdded.Members.Select(member => member.MemberId)],
        Event.ChangeOneofCase.MemberRekeyed => [change.MemberRekeyed.Member.MemberId],
        Event.ChangeOneofCase.MembersRemoved => [.. change.MembersRemoved.MemberIds],
        _ => [],
    };
}
