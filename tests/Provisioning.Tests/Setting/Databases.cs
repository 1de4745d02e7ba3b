using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EncryptionService.Provisioning.Tests.Setting;

/// <summary>Makes empty, migrated databases: each product is migrated once, and copied from then on.</summary>
internal static class Databases
{
    /// <summary>What a test says when it is skipped for want of a server.</summary>
    public const string Absent = "There is no PostgreSQL server: bash tests/postgres.sh start, and ENCRYPTION_SERVICE_POSTGRES=the connection string.";

    private static readonly Lazy<Task<string>> sqlite = new(MakeSqliteAsync);
    private static readonly Lazy<Task<string>> postgreSql = new(MakePostgreSqlAsync);

    /// <summary>Both products, for theories: <c>[MemberData(nameof(Databases.All), MemberType = typeof(Databases))]</c>.</summary>
    public static TheoryData<DatabaseProvider> All => [DatabaseProvider.Sqlite, DatabaseProvider.PostgreSql];

    /// <summary>Connection string of the server; null: there is none.</summary>
    public static string? Server => Environment.GetEnvironmentVariable("ENCRYPTION_SERVICE_POSTGRES") is { Length: > 0 } given ? given : null;

    /// <summary>True where there is a server; made for <c>SkipUnless</c>.</summary>
    public static bool HasPostgreSql => Server is not null;

    /// <summary>A new file.</summary>
    public static async Task CopySqliteAsync(string path) => File.Copy(await sqlite.Value, path);

    /// <summary>A new database on the server.</summary>
    /// <returns>Its connection string.</returns>
    public static async Task<string> CopyPostgreSqlAsync() => await CreateAsync(await postgreSql.Value);

    /// <summary>Drops a database of the server, whoever uses it.</summary>
    public static async Task DropAsync(string connectionString)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        await using (var pooled = new NpgsqlConnection(connectionString))
        {
            NpgsqlConnection.ClearPool(pooled);
        }

        await RunAsync($"DROP DATABASE IF EXISTS \"{target.Database}\" WITH (FORCE)");
    }

    private static async Task<string> MakeSqliteAsync()
    {
        var path = Path.Combine(System.IO.Directory.CreateTempSubdirectory("core-model-").FullName, "model.db");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => System.IO.Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        await using (var db = new SqliteCoreDb(new DbContextOptionsBuilder<SqliteCoreDb>().UseSqlite($"Data Source={path};Pooling=false").Options))
        {
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL");
            await db.Database.MigrateAsync();
            await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        return path;
    }

    private static async Task<string> MakePostgreSqlAsync()
    {
        var connectionString = await CreateAsync(null);
        await using (var db = new PostgreSqlDialect(Options.Create(new DatabaseOptions { Provider = DatabaseProvider.PostgreSql, ConnectionString = connectionString })).CreateContext())
        {
            await db.Database.MigrateAsync();
        }

        await using var pooled = new NpgsqlConnection(connectionString);
        NpgsqlConnection.ClearPool(pooled);
        return pooled.Database;
    }

    private static async Task<string> CreateAsync(string? template)
    {
        var name = $"core_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        await RunAsync(template is null ? $"CREATE DATABASE \"{name}\"" : $"CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"");
        return new NpgsqlConnectionStringBuilder(Server) { Database = name }.ToString();
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA2100", Justification = "Names of databases cannot be parameters; these are made here.")]
    private static async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
