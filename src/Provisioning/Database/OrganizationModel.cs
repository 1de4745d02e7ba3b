using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Database;

/// <summary>Tables of organizations, services and connections.</summary>
internal static class OrganizationModel
{
    public static void Describe(ModelBuilder model)
    {
        model.Entity<OrganizationRow>(table =>
        {
            table.Property(row => row.Id).HasMaxLength(CoreDb.IdLength);
            table.Property(row => row.Name).HasMaxLength(CoreDb.NameLength);
        });
        model.Entity<EnrolmentTokenRow>(table =>
        {
            table.HasKey(row => row.Hash);
            table.Property(row => row.Hash).HasMaxLength(CoreDb.HashLength);
            table.HasOne<OrganizationRow>().WithMany().HasForeignKey(row => row.OrganizationId);
        });
        model.Entity<ServiceRow>(table =>
        {
            table.HasKey(row => row.OrganizationId);
            table.HasOne<OrganizationRow>().WithOne().HasForeignKey<ServiceRow>(row => row.OrganizationId);
        });
        model.Entity<ReplicaRow>(table =>
        {
            table.HasKey(row => new { row.OrganizationId, row.Identity, row.Name });
            table.Property(row => row.Identity).HasMaxLength(CoreDb.HashLength);
            table.Property(row => row.Name).HasMaxLength(CoreDb.IdLength);
            table.HasOne<OrganizationRow>().WithMany().HasForeignKey(row => row.OrganizationId);
        });
        model.Entity<CertificateRow>(table =>
        {
            table.HasKey(row => new { row.OrganizationId, row.Identity });
            table.HasOne<OrganizationRow>().WithMany().HasForeignKey(row => row.OrganizationId);
        });
        model.Entity<OperatorTokenRow>(table =>
        {
            table.HasKey(row => row.Hash);
            table.Property(row => row.Hash).HasMaxLength(CoreDb.HashLength);
            table.HasOne<OrganizationRow>().WithMany().HasForeignKey(row => row.OrganizationId);
        });
        model.Entity<AdminLinkRow>(table =>
        {
            table.HasKey(row => row.Hash);
            table.Property(row => row.Hash).HasMaxLength(CoreDb.HashLength);
            table.HasOne<OrganizationRow>().WithMany().HasForeignKey(row => row.OrganizationId);
        });
        model.Entity<ConnectionRow>(table =>
        {
            table.Property(row => row.Id).HasMaxLength(CoreDb.IdLength);
            table.HasOne<OrganizationRow>().WithMany().HasForeignKey(row => row.OrganizationId);
        });
        model.Entity<ConnectionTokenRow>(table =>
        {
            table.HasKey(row => row.Hash);
            table.Property(row => row.Hash).HasMaxLength(CoreDb.HashLength);
            table.HasOne<ConnectionRow>().WithMany().HasForeignKey(row => row.ConnectionId);
        });
        model.Entity<AuditRow>(table => table.HasIndex(row => new { row.OrganizationId, row.Id }));
    }
}
