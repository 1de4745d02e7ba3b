using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Npgsql;

namespace EncryptionService.Hammer.Scim.Hosts;

/// <summary>A database of its own on a PostgreSQL server; dropped at the end.</summary>
internal sealed class PostgreSqlDatabase : CoreDatabase
{
    private readonly string server;
    private readonly string name;
    private readonly NpgsqlDataSource source;

    private PostgreSqlDatabase(string server, string name)
    {
        this.server = server;
        this.name = name;
        var builder = new NpgsqlConnectionStringBuilder(server) { Database = name };
        Settings = new Dictionary<string, string> { ["Database__Provider"] = "PostgreSql", ["Database__ConnectionString"] = builder.ToString() };
        builder.Options = "-c default_transaction_read_only=on";
        source = NpgsqlDataSource.Create(builder);
    }

    public override string Product => "PostgreSQL";

    public override IReadOnlyDictionary<string, string> Settings { get; }

    public static async Task<PostgreSqlDatabase> CreateAsync(string server, CancellationToken cancellationToken)
    {
        var name = $"hammer_{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        await CommandAsync(server, $"CREATE DATABASE \"{name}\"", cancellationToken);
        return new PostgreSqlDatabase(server, name);
    }

    public override async Task<IReadOnlyList<FileInfo>> DumpAsync(DirectoryInfo folder, CancellationToken cancellationToken)
    {
        var tables = await QueryAsync(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'", row => row.GetString(0), cancellationToken);
        folder.Create();
        var files = new List<FileInfo>();
        foreach (var table in tables)
        {
            var file = new FileInfo(Path.Combine(folder.FullName, table));
            await File.WriteAllLinesAsync(file.FullName, await QueryAsync($"SELECT t::text FROM \"{table}\" t", row => row.GetString(0), cancellationToken), cancellationToken);
            files.Add(file);
        }

        return files;
    }

    public override async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await CommandAsync(server, $"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)", CancellationToken.None);
    }

    protected override async Task<DbConnection> OpenAsync(CancellationToken cancellationToken) => await source.OpenConnectionAsync(cancellationToken);

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "The name in it is one that this program drew.")]
    private static async Task CommandAsync(string server, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
