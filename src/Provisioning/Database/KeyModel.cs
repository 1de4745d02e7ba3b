using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Database;

/// <summary>Tables of what the service posts.</summary>
internal static class KeyModel
{
    public static void Describe(ModelBuilder model)
    {
        model.Entity<ChainRow>(table =>
        {
            table.HasKey(row => row.GroupId);
            table.HasIndex(row => row.CheckAt).HasFilter("\"CheckAt\" IS NOT NULL");
            table.HasOne<LaneRow>().WithOne().HasForeignKey<ChainRow>(row => row.GroupId);
        });
        model.Entity<StatementRow>(table =>
        {
            table.HasKey(row => new { row.GroupId, row.Revision });
            table.HasOne<ChainRow>().WithMany().HasForeignKey(row => row.GroupId);
        });
        model.Entity<EnvelopeRow>(table =>
        {
            table.HasKey(row => new { row.GroupId, row.Epoch, row.MemberId, row.Kid, row.Generation });
            table.HasOne<ChainRow>().WithMany().HasForeignKey(row => row.GroupId);
        });
    }
}
