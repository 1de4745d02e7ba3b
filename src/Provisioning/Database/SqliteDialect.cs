using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Database;

/// <summary>SQLite: one file, one writer. A write transaction holds everything, so no row needs a lock of its own.</summary>
internal sealed class SqliteDialect : IDialect, IDisposable
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Constraint = 19;
    private const int UniqueConstraint = 2067;
    private const int PrimaryKeyConstraint = 1555;

    private readonly DbContextOptions<SqliteCoreDb> options;

    // The library waits for a busy file by sleeping on the thread; within this process nobody has to.
    private readonly SemaphoreSlim writer = new(1, 1);

    public SqliteDialect(IOptions<DatabaseOptions> database)
    {
        var path = Path.GetFullPath(database.Value.Path);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var connection = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 60 };
        // A list is one parameter: a request may name more ids than a statement can have parameters.
        options = new DbContextOptionsBuilder<SqliteCoreDb>()
            .UseSqlite(connection.ToString(), sqlite => sqlite.MaxBatchSize(500).UseParameterizedCollectionMode(ParameterTranslationMode.Parameter))
            .Options;
    }

    public CoreDb CreateContext() => new SqliteCoreDb(options);

    public async ValueTask<IDisposable> EnterWriteAsync(CancellationToken cancellationToken)
    {
        await writer.WaitAsync(cancellationToken);
        return new Turn(writer);
    }

    public bool IsUniqueViolation(Exception exception) => Find(exception) is { SqliteErrorCode: Constraint, SqliteExtendedErrorCode: UniqueConstraint or PrimaryKeyConstraint };

    public bool IsTransient(Exception exception) => Find(exception) is { SqliteErrorCode: Busy or Locked };

    public Task LockMembersAsync(CoreDb db, IEnumerable<string> ids, bool share, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task LockLanesAsync(CoreDb db, IEnumerable<string> groupIds, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task LockChainAsync(CoreDb db, string groupId, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => writer.Dispose();

    private static SqliteException? Find(Exception exception) => exception as SqliteException ?? exception.InnerException as SqliteException;

    private sealed class Turn(SemaphoreSlim writer) : IDisposable
    {
        public void Dispose() => writer.Release();
    }
}
