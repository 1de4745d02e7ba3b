using System.Diagnostics.CodeAnalysis;
using EncryptionService.Provisioning.Database;
using Npgsql;

namespace EncryptionService.Benchmarks.World;

/// <summary>An empty database for one core.</summary>
internal sealed class CoreDatabase : IAsyncDisposable
{
    private const string Variable = "ENCRYPTION_SERVICE_POSTGRES";
    private readonly string? connectionString;

    private CoreDatabase(string? connectionString, string[] settings)
    {
        this.connectionString = connectionString;
        Settings = settings;
    }

    /// <summary>What a note says where there is no server.</summary>
    public static string Absent => $"there is no server: bash tests/postgres.sh start --durable, and {Variable}=the connection string";

    /// <summary>Products that can be measured here.</summary>
    public static IReadOnlyList<DatabaseProvider> Products => Server is null ? [DatabaseProvider.Sqlite] : [DatabaseProvider.Sqlite, DatabaseProvider.PostgreSql];

    /// <summary>The core's settings.</summary>
    public string[] Settings { get; }

    private static string? Server => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : null;

    /// <summary>A file in the folder, or a database of the server.</summary>
    public static async Task<CoreDatabase> CreateAsync(DatabaseProvider product, string folder)
    {
        if (product == DatabaseProvider.Sqlite)
        {
            return new CoreDatabase(null, [$"--Database:Path={Path.Combine(folder, "core.db")}"]);
        }

        var name = $"bench_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        await RunAsync($"CREATE DATABASE \"{name}\"");
        var connectionString = new NpgsqlConnectionStringBuilder(Server) { Database = name }.ToString();
        return new CoreDatabase(connectionString, ["--Database:Provider=PostgreSql", $"--Database:ConnectionString={connectionString}"]);
    }

    /// <summary>What the server says about itself that decides over its figures.</summary>
    public static async Task<string> DescribeServerAsync() => $"PostgreSQL {await AskAsync("server_version")}, fsync {await AskAsync("fsync")}, synchronous_commit {await AskAsync("synchronous_commit")}";

    public async ValueTask DisposeAsync()
    {
        if (connectionString is null)
        {
            return;
        }

        await using (var pooled = new NpgsqlConnection(connectionString))
        {
            NpgsqlConnection.ClearPool(pooled);
        }

        await RunAsync($"DROP DATABASE IF EXISTS \"{new NpgsqlConnectionStringBuilder(connectionString).Database}\" WITH (FORCE)");
    }

    private static async Task<string> AskAsync(string setting) => (string)(await RunAsync($"SHOW {setting}"))!;

    [SuppressMessage("Security", "CA2100", Justification = "Names of databases and settings cannot be parameters; these are made here.")]
    private static async Task<object?> RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }
}
