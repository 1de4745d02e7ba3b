using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EncryptionService.Provisioning.Database;

/// <summary>PostgreSQL: read committed, with row locks where a decision rests on what was read.</summary>
internal sealed class PostgreSqlDialect(IOptions<DatabaseOptions> database) : IDialect
{
    private readonly DbContextOptions<PostgreSqlCoreDb> options = new DbContextOptionsBuilder<PostgreSqlCoreDb>()
        .UseNpgsql(database.Value.ConnectionString, postgres => postgres.MaxBatchSize(1_000))
        .Options;

    public CoreDb CreateContext() => new PostgreSqlCoreDb(options);

    public ValueTask<IDisposable> EnterWriteAsync(CancellationToken cancellationToken) => new(NoTurn.Instance);

    public bool IsUniqueViolation(Exception exception) => Find(exception)?.SqlState == PostgresErrorCodes.UniqueViolation;

    public bool IsTransient(Exception exception) =>
        Find(exception)?.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.ForeignKeyViolation;

    public Task LockMembersAsync(CoreDb db, IEnumerable<string> ids, bool share, CancellationToken cancellationToken) => share
        ? LockAsync(db, "SELECT \"Id\" AS \"Value\" FROM \"Members\" WHERE \"Id\" = ANY ({0}) ORDER BY \"Id\" FOR SHARE", ids, cancellationToken)
        : LockAsync(db, "SELECT \"Id\" AS \"Value\" FROM \"Members\" WHERE \"Id\" = ANY ({0}) ORDER BY \"Id\" FOR UPDATE", ids, cancellationToken);

    public Task LockLanesAsync(CoreDb db, IEnumerable<string> groupIds, CancellationToken cancellationToken) =>
        LockAsync(db, "SELECT \"GroupId\" AS \"Value\" FROM \"Lanes\" WHERE \"GroupId\" = ANY ({0}) ORDER BY \"GroupId\" FOR NO KEY UPDATE", groupIds, cancellationToken);

    public Task LockChainAsync(CoreDb db, string groupId, CancellationToken cancellationToken) =>
        LockAsync(db, "SELECT \"GroupId\" AS \"Value\" FROM \"Chains\" WHERE \"GroupId\" = ANY ({0}) FOR NO KEY UPDATE", [groupId], cancellationToken);

    private static Task<List<string>> LockAsync(CoreDb db, string sql, IEnumerable<string> ids, CancellationToken cancellationToken) =>
        db.Database.SqlQueryRaw<string>(sql, [ids.ToArray()]).ToListAsync(cancellationToken);

    private static PostgresException? Find(Exception exception) => exception as PostgresException ?? exception.InnerException as PostgresException;

    private sealed class NoTurn : IDisposable
    {
        public static readonly NoTurn Instance = new();

        public void Dispose()
        {
        }
    }
}
