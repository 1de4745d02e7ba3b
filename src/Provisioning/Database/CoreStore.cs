using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Database;

/// <summary>How every room reads and writes. A write is one transaction, and tried again when the database says that it lost a race.</summary>
internal sealed class CoreStore(IDialect dialect)
{
    private const int Attempts = 6;

    /// <summary>Locks and the differences between the databases.</summary>
    public IDialect Dialect => dialect;

    /// <summary>Reads outside a transaction; nothing is tracked.</summary>
    public async Task<T> ReadAsync<T>(Func<CoreDb, Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var db = dialect.CreateContext();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return await work(db);
    }

    /// <summary>One transaction: what <paramref name="work"/> changed is saved and committed when it returns, and gone when it throws.</summary>
    /// <param name="work">May run several times, each time on a new context.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <exception cref="UniqueException">A unique index refused a row.</exception>
    public async Task<T> WriteAsync<T>(Func<CoreDb, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(work, cancellationToken);
            }
            catch (Exception exception) when (dialect.IsUniqueViolation(exception))
            {
                throw new UniqueException("A unique index refused a row.", exception);
            }
            catch (Exception exception) when (attempt < Attempts && dialect.IsTransient(exception))
            {
                // Tried again at once: whoever won the race has committed by now.
            }
        }
    }

    /// <inheritdoc cref="WriteAsync{T}(Func{CoreDb, Task{T}}, CancellationToken)"/>
    public Task WriteAsync(Func<CoreDb, Task> work, CancellationToken cancellationToken) => WriteAsync(
        async db =>
        {
            await work(db);
            return true;
        },
        cancellationToken);

    private async Task<T> AttemptAsync<T>(Func<CoreDb, Task<T>> work, CancellationToken cancellationToken)
    {
        using var turn = await dialect.EnterWriteAsync(cancellationToken);
        await using var db = dialect.CreateContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var result = await work(db);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
