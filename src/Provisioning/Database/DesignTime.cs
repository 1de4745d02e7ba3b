using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace EncryptionService.Provisioning.Database;

/// <summary>For the tool that writes migrations (docs/decisions/0013): no server is asked.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteCoreDb>
{
    public SqliteCoreDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<SqliteCoreDb>().UseSqlite("Data Source=:memory:").Options);
}

/// <inheritdoc cref="SqliteDesignTime"/>
internal sealed class PostgreSqlDesignTime : IDesignTimeDbContextFactory<PostgreSqlCoreDb>
{
    public PostgreSqlCoreDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<PostgreSqlCoreDb>().UseNpgsql("Host=localhost").Options);
}
