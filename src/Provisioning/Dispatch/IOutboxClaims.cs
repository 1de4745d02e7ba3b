using EncryptionService.Provisioning.Database;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Hands out what is due: no group to two workers at once, in this process or another.</summary>
internal interface IOutboxClaims
{
    /// <summary>The oldest waiting events of some groups of one organization; null if nothing is due. Organizations take turns.</summary>
    Task<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken);

    /// <summary>Makes a group's waiting events due now, but for those that a worker is sending. Waits for nobody.</summary>
    Task HurryAsync(CoreDb db, string group, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>Groups that this worker alone sends for, until it is disposed of or its process ends.</summary>
internal interface IOutboxClaim : IAsyncDisposable
{
    /// <summary>Organization.</summary>
    string Organization { get; }

    /// <summary>Events to be sent: each group's without a gap from its oldest waiting one on, one group after the other.</summary>
    IReadOnlyList<EventRow> Events { get; }

    /// <summary>Writes down what came of it, in one transaction, and gives the groups back.</summary>
    /// <param name="work">May run several times. What it changed is saved and committed when it returns.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    Task CompleteAsync(Func<CoreDb, Task> work, CancellationToken cancellationToken);
}
