using EncryptionService.Formats;
using EncryptionService.Hammer.Scim.Hosts;

namespace EncryptionService.Hammer.Scim.Checks;

/// <summary>An event as the outbox has it.</summary>
internal readonly record struct OutboxEvent(string Group, long Sequence, long State, string? Outcome);

/// <summary>An envelope as the core has it.</summary>
internal readonly record struct KeptEnvelope(string Group, long Epoch, string Member, string Jwe);

/// <summary>What the core's database holds at the end: chains, envelopes, events.</summary>
internal sealed class CoreRecords
{
    /// <summary>Statements of each group in order of revision, as they came.</summary>
    public required IReadOnlyDictionary<string, List<string>> Chains { get; init; }

    /// <summary>Revision up to which each group's chain is acknowledged.</summary>
    public required IReadOnlyDictionary<string, long> Acknowledged { get; init; }

    public required IReadOnlyList<KeptEnvelope> Envelopes { get; init; }

    public required IReadOnlyList<OutboxEvent> Events { get; init; }

    public required IReadOnlyList<string> Certificates { get; init; }

    public static async Task<CoreRecords> ReadAsync(CoreDatabase database, CancellationToken cancellationToken)
    {
        var statements = await database.QueryAsync(
            """SELECT "GroupId", "Statement" FROM "Statements" ORDER BY "GroupId", "Revision" """, row => (row.GetString(0), row.GetString(1)), cancellationToken);
        var acknowledged = await database.QueryAsync("""SELECT "GroupId", "Acknowledged" FROM "Chains" """, row => (row.GetString(0), row.GetInt64(1)), cancellationToken);
        return new CoreRecords
        {
            Chains = statements.GroupBy(row => row.Item1).ToDictionary(group => group.Key, group => group.Select(row => row.Item2).ToList()),
            Acknowledged = acknowledged.ToDictionary(row => row.Item1, row => row.Item2),
            Envelopes = await database.QueryAsync(
                """SELECT "GroupId", "Epoch", "MemberId", "Jwe" FROM "Envelopes" ORDER BY "GroupId", "Epoch" """,
                row => new KeptEnvelope(row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetString(3)), cancellationToken),
            Events = await database.QueryAsync(
                """SELECT "GroupId", "Sequence", "State", "Outcome" FROM "Events" ORDER BY "GroupId", "Sequence", "Id" """,
                row => new OutboxEvent(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.IsDBNull(3) ? null : row.GetString(3)), cancellationToken),
            Certificates = await database.QueryAsync(
                """SELECT "Certificate" FROM "Certificates" ORDER BY "Generation" """, row => row.GetString(0), cancellationToken),
        };
    }

    /// <summary>The chain of a group, read.</summary>
    public List<Statement> Read(string group) =>
        [.. Chains[group].Select(text => Statement.TryParse(text, out var statement, out var error) ? statement : throw new InvalidDataException($"{group}: {error}"))];
}
