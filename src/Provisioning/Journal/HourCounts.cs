using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Journal;

/// <summary>Calls to be added to those of an hour.</summary>
internal readonly record struct HourCounts(int Reads, int Writes, int Refused, int Failed, int WrongTokens)
{
    /// <summary>The hour that a time is in.</summary>
    public static DateTimeOffset HourOf(DateTimeOffset time) => time.AddTicks(-(time.UtcTicks % TimeSpan.TicksPerHour));

    /// <summary>Adds; several instances may do so at once.</summary>
    public static Task AddAsync(CoreDb db, string organization, DateTimeOffset hour, HourCounts counts, CancellationToken cancellationToken)
    {
        var at = hour.ToUnixTimeMilliseconds();
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO "Hours" ("OrganizationId", "Hour", "Reads", "Writes", "Refused", "Failed", "WrongTokens")
            VALUES ({organization}, {at}, {counts.Reads}, {counts.Writes}, {counts.Refused}, {counts.Failed}, {counts.WrongTokens})
            ON CONFLICT ("OrganizationId", "Hour") DO UPDATE SET
              "Reads" = "Hours"."Reads" + excluded."Reads", "Writes" = "Hours"."Writes" + excluded."Writes", "Refused" = "Hours"."Refused" + excluded."Refused",
              "Failed" = "Hours"."Failed" + excluded."Failed", "WrongTokens" = "Hours"."WrongTokens" + excluded."WrongTokens"
            """,
            cancellationToken);
    }
}
