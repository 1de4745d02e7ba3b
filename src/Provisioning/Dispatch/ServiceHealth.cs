using EncryptionService.Provisioning.Database;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Remembers whether a service answers, and spares one that does not. Every instance sees it.</summary>
internal sealed class ServiceHealth(BackOff backOff, TimeProvider time)
{
    private const int MostText = 300;

    /// <summary>The service answered.</summary>
    public Task AnsweredAsync(CoreDb db, string organization, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return db.Services.Where(row => row.OrganizationId == organization).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Failures, 0)
                .SetProperty(row => row.Problem, row => row.Problem!.StartsWith(ServiceRow.ClockProblem) ? row.Problem : null)
                .SetProperty(row => row.DispatchAfter, (DateTimeOffset?)null)
                .SetProperty(row => row.LastContactAt, now),
            cancellationToken);
    }

    /// <summary>A call failed. Calls that were on their way at the same time count once.</summary>
    public async Task FailedAsync(CoreDb db, string organization, DateTimeOffset askedAt, RpcException failure, CancellationToken cancellationToken)
    {
        var failures = 1 + await db.Services.Where(row => row.OrganizationId == organization).Select(row => row.Failures).SingleOrDefaultAsync(cancellationToken);
        var after = time.GetUtcNow() + backOff.After(failures);
        var problem = Describe(failure);
        await db.Services
            .Where(row => row.OrganizationId == organization && (row.DispatchAfter == null || row.DispatchAfter <= askedAt))
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Failures, failures).SetProperty(row => row.Problem, problem).SetProperty(row => row.DispatchAfter, after),
                cancellationToken);
    }

    /// <summary>The failure for people: status and the service's words, on one line and not long.</summary>
    public static string Describe(RpcException failure) => failure.StatusCode == StatusCode.Unauthenticated
        ? $"{failure.StatusCode}: {Words(failure)} Its log says why (event 100): most often a clock that is wrong, or a call key that its configuration does not have"
        : $"{failure.StatusCode}: {Words(failure)}";

    /// <summary>The service's words alone. Whatever it sends, this can be stored and shown.</summary>
    public static string Words(RpcException failure)
    {
        var words = string.Concat(failure.Status.Detail.Take(MostText).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? ' ' : letter));
        return words.Trim();
    }
}
