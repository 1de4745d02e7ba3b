using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EncryptionService.Hammer.Scim.Hosts;

/// <summary>The core's database of one run: made fresh, looked into by queries that change nothing.</summary>
internal abstract class CoreDatabase : IAsyncDisposable
{
    /// <summary>What it is, for people.</summary>
    public abstract string Product { get; }

    /// <summary>The core's settings for it.</summary>
    public abstract IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>A database in a file of this folder, or a fresh one on the server behind this connection string.</summary>
    public static async Task<CoreDatabase> CreateAsync(DirectoryInfo folder, string? server, CancellationToken cancellationToken) =>
        server is null ? new SqliteDatabase(folder) : await PostgreSqlDatabase.CreateAsync(server, cancellationToken);

    /// <summary>One number.</summary>
    public async Task<long> CountAsync(string sql, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync(sql, row => Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture), cancellationToken);
        return rows.Single();
    }

    /// <summary>All rows. Names are quoted with double quotes, so that both products understand them.</summary>
    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Every query is a constant of this program, or made of the database's own names of tables.")]
    public async Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Everything in it, in files that can be searched.</summary>
    public abstract Task<IReadOnlyList<FileInfo>> DumpAsync(DirectoryInfo folder, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();

    protected abstract Task<DbConnection> OpenAsync(CancellationToken cancellationToken);
}
