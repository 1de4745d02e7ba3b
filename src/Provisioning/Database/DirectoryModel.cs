using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Database;

/// <summary>Tables of members and groups, and of what has to be told about them.</summary>
internal static class DirectoryModel
{
    public static void Describe(ModelBuilder model)
    {
        model.Entity<MemberRow>(table =>
        {
            table.Property(row => row.Id).HasMaxLength(CoreDb.IdLength);
            table.Property(row => row.UserName).HasMaxLength(CoreDb.NameLength);
            table.Property(row => row.UserNameKey).HasMaxLength(CoreDb.NameLength);
            table.HasIndex(row => new { row.OrganizationId, row.UserNameKey }).IsUnique();
            table.HasIndex(row => new { row.OrganizationId, row.ExternalId });
            table.HasIndex(row => new { row.OrganizationId, row.Id });
            table.HasIndex(row => row.SuspendedAt).HasFilter("\"SuspendedAt\" IS NOT NULL");
            table.HasOne<OrganizationRow>().WithMany().HasForeignKey(row => row.OrganizationId);
        });
        model.Entity<MemberKeysRow>(table =>
        {
            table.HasKey(row => row.MemberId);
            table.HasIndex(row => row.Signing).IsUnique();
            table.HasOne<MemberRow>().WithOne().HasForeignKey<MemberKeysRow>(row => row.MemberId);
        });
        model.Entity<KeyChangeRow>(table =>
        {
            table.HasKey(row => new { row.MemberId, row.Counter });
            table.HasOne<MemberRow>().WithMany().HasForeignKey(row => row.MemberId);
        });
        model.Entity<InvitationRow>(table =>
        {
            table.HasKey(row => row.MemberId);
            table.HasIndex(row => row.DueAt).HasFilter("\"DueAt\" IS NOT NULL");
            table.HasOne<MemberRow>().WithOne().HasForeignKey<InvitationRow>(row => row.MemberId);
        });
        model.Entity<InvitationTokenRow>(table =>
        {
            table.HasKey(row => row.Hash);
            table.Property(row => row.Hash).HasMaxLength(CoreDb.HashLength);
            table.HasOne<MemberRow>().WithMany().HasForeignKey(row => row.MemberId);
        });
        model.Entity<GroupRow>(table =>
        {
            table.Property(row => row.Id).HasMaxLength(CoreDb.IdLength);
            table.Property(row => row.DisplayName).HasMaxLength(CoreDb.NameLength);
            table.Property(row => row.DisplayNameKey).HasMaxLength(CoreDb.NameLength);
            table.HasIndex(row => new { row.OrganizationId, row.DisplayNameKey }).IsUnique();
            table.HasIndex(row => new { row.OrganizationId, row.ExternalId });
            table.HasIndex(row => new { row.OrganizationId, row.Id });
            table.HasOne<OrganizationRow>().WithMany().HasForeignKey(row => row.OrganizationId);
        });
        model.Entity<GroupMemberRow>(table =>
        {
            table.HasKey(row => new { row.GroupId, row.MemberId });
            table.HasIndex(row => row.MemberId);
            table.HasOne<GroupRow>().WithMany().HasForeignKey(row => row.GroupId);
            table.HasOne<MemberRow>().WithMany().HasForeignKey(row => row.MemberId);
        });
        model.Entity<LaneRow>(table =>
        {
            table.HasKey(row => row.GroupId);
            table.HasOne<OrganizationRow>().WithMany().HasForeignKey(row => row.OrganizationId);
        });
        model.Entity<EventRow>(table =>
        {
            table.HasIndex(row => new { row.GroupId, row.Sequence, row.State });
            table.HasIndex(row => new { row.OrganizationId, row.Id });
            table.HasIndex(row => new { row.GroupId, row.Sequence }, "IX_Events_Waiting").HasFilter($"\"State\" = {(int)EventState.Waiting}");
            table.HasOne<LaneRow>().WithMany().HasForeignKey(row => row.GroupId);
        });
        model.Entity<RosterRow>(table =>
        {
            table.HasIndex(row => new { row.GroupId, row.MemberId });
            table.HasIndex(row => new { row.GroupId, row.AddedSequence });
            table.HasIndex(row => new { row.GroupId, row.RemovedSequence });
            // At most one stay can be open: this is what keeps two writers from asking twice.
            table.HasIndex(row => new { row.GroupId, row.MemberId }, "IX_Rosters_Open").IsUnique().HasFilter("\"RemovedSequence\" IS NULL");
            table.HasOne<LaneRow>().WithMany().HasForeignKey(row => row.GroupId);
        });
        model.Entity<RefusalRow>(table =>
        {
            table.HasKey(row => new { row.GroupId, row.MemberId });
            table.HasIndex(row => new { row.OrganizationId, row.Reason });
            table.HasOne<LaneRow>().WithMany().HasForeignKey(row => row.GroupId);
        });
    }
}
