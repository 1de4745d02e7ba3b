namespace EncryptionService.Provisioning.Database;

/// <summary>What the two databases say differently. Everything else is one model and one set of queries.</summary>
/// <remarks>Locks are taken in one order everywhere, members before lanes before chains and each kind by id, so that no two transactions wait for each other.</remarks>
internal interface IDialect
{
    /// <summary>A new context.</summary>
    CoreDb CreateContext();

    /// <summary>Runs one write transaction at a time where the database has only one writer.</summary>
    ValueTask<IDisposable> EnterWriteAsync(CancellationToken cancellationToken);

    /// <summary>True if a unique index refused a row.</summary>
    bool IsUniqueViolation(Exception exception);

    /// <summary>True if the same transaction, tried again, may succeed: a deadlock, a lost race, a busy file.</summary>
    bool IsTransient(Exception exception);

    /// <summary>Holds these members until the transaction ends; with <paramref name="share"/> others may hold them too, but nobody changes them.</summary>
    Task LockMembersAsync(CoreDb db, IEnumerable<string> ids, bool share, CancellationToken cancellationToken);

    /// <summary>Holds the lanes of these groups until the transaction ends.</summary>
    Task LockLanesAsync(CoreDb db, IEnumerable<string> groupIds, CancellationToken cancellationToken);

    /// <summary>Holds the chain of a group until the transaction ends.</summary>
    Task LockChainAsync(CoreDb db, string groupId, CancellationToken cancellationToken);
}
