using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Database;

/// <summary>Everything that the core keeps. One model; each database has its own derived context, because migrations are written for one database.</summary>
public abstract class CoreDb(DbContextOptions options) : DbContext(options)
{
    /// <summary>Longest id on the wire.</summary>
    internal const int IdLength = 64;

    /// <summary>Length of a thumbprint or hash in b64u.</summary>
    internal const int HashLength = 43;

    /// <summary>Longest userName or displayName.</summary>
    internal const int NameLength = 1_024;

    /// <summary>Organizations.</summary>
    public DbSet<OrganizationRow> Organizations => Set<OrganizationRow>();

    /// <summary>Enrolment tokens.</summary>
    public DbSet<EnrolmentTokenRow> EnrolmentTokens => Set<EnrolmentTokenRow>();

    /// <summary>Enrolled services.</summary>
    public DbSet<ServiceRow> Services => Set<ServiceRow>();

    /// <summary>Replicas of services.</summary>
    public DbSet<ReplicaRow> Replicas => Set<ReplicaRow>();

    /// <summary>Identity certificates.</summary>
    public DbSet<CertificateRow> Certificates => Set<CertificateRow>();

    /// <summary>Operator tokens.</summary>
    public DbSet<OperatorTokenRow> OperatorTokens => Set<OperatorTokenRow>();

    /// <summary>Links for the first administrator.</summary>
    public DbSet<AdminLinkRow> AdminLinks => Set<AdminLinkRow>();

    /// <summary>Administrators.</summary>
    public DbSet<AdministratorRow> Administrators => Set<AdministratorRow>();

    /// <summary>Administrators' sessions.</summary>
    public DbSet<AdministratorSessionRow> AdministratorSessions => Set<AdministratorSessionRow>();

    /// <summary>Administrators' recovery codes.</summary>
    public DbSet<RecoveryCodeRow> RecoveryCodes => Set<RecoveryCodeRow>();

    /// <summary>Connections.</summary>
    public DbSet<ConnectionRow> Connections => Set<ConnectionRow>();

    /// <summary>Tokens of connections.</summary>
    public DbSet<ConnectionTokenRow> ConnectionTokens => Set<ConnectionTokenRow>();

    /// <summary>Members.</summary>
    public DbSet<MemberRow> Members => Set<MemberRow>();

    /// <summary>Members' keys.</summary>
    public DbSet<MemberKeysRow> MemberKeys => Set<MemberKeysRow>();

    /// <summary>Key changes.</summary>
    public DbSet<KeyChangeRow> KeyChanges => Set<KeyChangeRow>();

    /// <summary>Invitations.</summary>
    public DbSet<InvitationRow> Invitations => Set<InvitationRow>();

    /// <summary>Tokens of invitations.</summary>
    public DbSet<InvitationTokenRow> InvitationTokens => Set<InvitationTokenRow>();

    /// <summary>Groups.</summary>
    public DbSet<GroupRow> Groups => Set<GroupRow>();

    /// <summary>Members of groups.</summary>
    public DbSet<GroupMemberRow> GroupMembers => Set<GroupMemberRow>();

    /// <summary>Lanes.</summary>
    public DbSet<LaneRow> Lanes => Set<LaneRow>();

    /// <summary>The outbox.</summary>
    public DbSet<EventRow> Events => Set<EventRow>();

    /// <summary>Effective rosters.</summary>
    public DbSet<RosterRow> Rosters => Set<RosterRow>();

    /// <summary>Refusals.</summary>
    public DbSet<RefusalRow> Refusals => Set<RefusalRow>();

    /// <summary>Chains.</summary>
    public DbSet<ChainRow> Chains => Set<ChainRow>();

    /// <summary>Statements.</summary>
    public DbSet<StatementRow> Statements => Set<StatementRow>();

    /// <summary>Envelopes.</summary>
    public DbSet<EnvelopeRow> Envelopes => Set<EnvelopeRow>();

    /// <summary>Audit trail.</summary>
    public DbSet<AuditRow> Audit => Set<AuditRow>();

    /// <summary>SCIM calls.</summary>
    public DbSet<CallRow> Calls => Set<CallRow>();

    /// <summary>SCIM calls by the hour.</summary>
    public DbSet<HourRow> Hours => Set<HourRow>();

    /// <summary>Rotations.</summary>
    public DbSet<EpochRow> Epochs => Set<EpochRow>();

    /// <summary>Members as they are listed.</summary>
    public DbSet<ListingRow> Listings => Set<ListingRow>();

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ArgumentNullException.ThrowIfNull(configurationBuilder);
        // SQLite has no type for times, and both databases compare numbers alike.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        OrganizationModel.Describe(modelBuilder);
        AdministratorModel.Describe(modelBuilder);
        DirectoryModel.Describe(modelBuilder);
        KeyModel.Describe(modelBuilder);
        JournalModel.Describe(modelBuilder);
    }
}

/// <summary>The core's database in a SQLite file.</summary>
public sealed class SqliteCoreDb(DbContextOptions<SqliteCoreDb> options) : CoreDb(options);

/// <summary>The core's database on a PostgreSQL server.</summary>
public sealed class PostgreSqlCoreDb(DbContextOptions<PostgreSqlCoreDb> options) : CoreDb(options);
