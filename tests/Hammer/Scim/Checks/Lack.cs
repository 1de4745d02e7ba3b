using EncryptionService.Hammer.Scim.Hosts;

namespace EncryptionService.Hammer.Scim.Checks;

/// <summary>What the core still waits for.</summary>
/// <param name="Events">Events not yet applied by the service.</param>
/// <param name="Acceptances">Active members who have not accepted.</param>
/// <param name="Statements">Statements that the service has acknowledged and the core does not have.</param>
/// <param name="Envelopes">Members of the effective rosters without an envelope of the current epoch.</param>
internal sealed record Lack(long Events, long Acceptances, long Statements, long Envelopes)
{
    public bool IsNothing => this is { Events: 0, Acceptances: 0, Statements: 0, Envelopes: 0 };

    public static async Task<Lack> OfAsync(CoreDatabase database, CancellationToken cancellationToken) => new(
        await database.CountAsync("""SELECT COUNT(*) FROM "Events" WHERE "State" = 0""", cancellationToken),
        await database.CountAsync("""SELECT COUNT(*) FROM "Members" WHERE "Active" = true AND "AcceptedAt" IS NULL""", cancellationToken),
        await database.CountAsync("""SELECT COALESCE(SUM("Acknowledged" - "Revision"), 0) FROM "Chains" WHERE "Acknowledged" > "Revision" """, cancellationToken),
        await database.CountAsync(
            """
            SELECT COUNT(*) FROM "Rosters" r JOIN "Chains" c ON c."GroupId" = r."GroupId" JOIN "Lanes" l ON l."GroupId" = r."GroupId"
            WHERE r."RemovedSequence" IS NULL AND l."Deleted" = false AND NOT EXISTS (
              SELECT 1 FROM "Envelopes" e WHERE e."GroupId" = r."GroupId" AND e."Epoch" = c."Epoch" AND e."MemberId" = r."MemberId" AND e."Kid" = r."Hpke")
            """,
            cancellationToken));

    public override string ToString() => $"{Events} events, {Acceptances} acceptances, {Statements} statements, {Envelopes} envelopes";
}
