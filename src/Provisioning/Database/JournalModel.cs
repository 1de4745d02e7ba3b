using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Database;

/// <summary>Tables of the provisioning log, and indices for what people look at.</summary>
internal static class JournalModel
{
    public static void Describe(ModelBuilder model)
    {
        model.Entity<CallRow>(table =>
        {
            table.HasIndex(row => new { row.OrganizationId, row.At, row.Id });
            table.HasIndex(row => new { row.OrganizationId, row.At, row.Id }, "IX_Calls_Telling").HasFilter("\"Method\" <> 'GET' OR \"Status\" >= 400");
            table.HasIndex(row => new { row.OrganizationId, row.At, row.Id }, "IX_Calls_Refused").HasFilter("\"Status\" >= 400");
            table.HasIndex(row => new { row.OrganizationId, row.ResourceId }).HasFilter("\"ResourceId\" IS NOT NULL");
        });
        model.Entity<HourRow>(table => table.HasKey(row => new { row.OrganizationId, row.Hour }));
        model.Entity<EpochRow>(table =>
        {
            table.HasKey(row => new { row.GroupId, row.Epoch });
            table.HasOne<LaneRow>().WithMany().HasForeignKey(row => row.GroupId);
        });
        model.Entity<ListingRow>(table =>
        {
            table.HasKey(row => row.MemberId);
            table.HasIndex(row => new { row.OrganizationId, row.NameKey, row.MemberId });
            table.HasOne<MemberRow>().WithOne().HasForeignKey<ListingRow>(row => row.MemberId);
        });
        model.Entity<EventRow>(table =>
        {
            table.HasIndex(row => new { row.OrganizationId, row.OccurredAt, row.Id });
            table.HasIndex(row => new { row.OrganizationId, row.Id }, "IX_Events_Parked").HasFilter($"\"State\" = {(int)EventState.Parked}");
            table.HasIndex(row => new { row.OrganizationId, row.State, row.GroupId }, "IX_Events_Unsettled")
                // In the words of the queries, and with the state in it: SQLite takes the index for nothing else.
                .HasFilter($"\"State\" IN ({(int)EventState.Waiting}, {(int)EventState.Parked})");
        });
        model.Entity<MemberRow>(table => table.HasIndex(row => new { row.OrganizationId, row.Active, row.AcceptedAt }));
        model.Entity<MemberKeysRow>(table => table.HasIndex(row => row.OrganizationId));
        model.Entity<ChainRow>(table => table.HasIndex(row => new { row.OrganizationId, row.CheckAt }));
        model.Entity<AuditRow>(table => table.HasIndex(row => new { row.OrganizationId, row.Subject, row.Id }));
    }
}
