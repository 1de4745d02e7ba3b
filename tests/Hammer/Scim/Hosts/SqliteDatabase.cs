using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace EncryptionService.Hammer.Scim.Hosts;

/// <summary>The core's database in a file.</summary>
internal sealed class SqliteDatabase(DirectoryInfo folder) : CoreDatabase
{
    private readonly string path = Path.Combine(folder.FullName, "core.db");

    public override string Product => "SQLite";

    public override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Database__Provider"] = "Sqlite",
        ["Database__Path"] = path,
    };

    /// <summary>The file itself, with its log: what was deleted and not overwritten yet is searched, too.</summary>
    public override Task<IReadOnlyList<FileInfo>> DumpAsync(DirectoryInfo folder, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        return Task.FromResult<IReadOnlyList<FileInfo>>(file.Directory!.GetFiles(file.Name + "*"));
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA query_only = 1";
        await command.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }
}
