using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Database;

/// <summary>Tables of those who sign in to the panel.</summary>
internal static class AdministratorModel
{
    public static void Describe(ModelBuilder model)
    {
        model.Entity<AdministratorRow>(table =>
        {
            table.Property(row => row.Id).HasMaxLength(CoreDb.IdLength);
            table.Property(row => row.Email).HasMaxLength(CoreDb.NameLength);
            table.Property(row => row.EmailKey).HasMaxLength(CoreDb.NameLength);
            table.Property(row => row.Name).HasMaxLength(CoreDb.NameLength);
            table.HasIndex(row => row.EmailKey).IsUnique();
            table.HasOne<OrganizationRow>().WithMany().HasForeignKey(row => row.OrganizationId);
        });
        model.Entity<AdministratorSessionRow>(table =>
        {
            table.HasKey(row => row.Hash);
            table.Property(row => row.Hash).HasMaxLength(CoreDb.HashLength);
            table.Property(row => row.Id).HasMaxLength(CoreDb.IdLength).IsRequired();
            table.HasOne<AdministratorRow>().WithMany().HasForeignKey(row => row.AdministratorId);
        });
        model.Entity<RecoveryCodeRow>(table =>
        {
            table.HasKey(row => new { row.AdministratorId, row.Hash });
            table.Property(row => row.Hash).HasMaxLength(CoreDb.HashLength);
            table.HasOne<AdministratorRow>().WithMany().HasForeignKey(row => row.AdministratorId);
        });
    }
}
