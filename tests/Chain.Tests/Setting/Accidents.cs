using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EncryptionService.Chain.Tests.Setting;

/// <summary>What may happen to a core's database.</summary>
internal static class Accidents
{
    /// <summary>Statements and envelopes of a group are gone, and it is time to look.</summary>
    public static Task LoseAsync(this IServiceProvider core, string group, CancellationToken cancellationToken) => core.GetRequiredService<CoreStore>().WriteAsync(
        async db =>
        {
            await db.Envelopes.Where(row => row.GroupId == group).ExecuteDeleteAsync(cancellationToken);
            await db.Statements.Where(row => row.GroupId == group).ExecuteDeleteAsync(cancellationToken);
            await db.Chains.Where(row => row.GroupId == group).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Revision, 0).SetProperty(row => row.Epoch, 0).SetProperty(row => row.CheckAt, DateTimeOffset.UnixEpoch), cancellationToken);
        },
        cancellationToken);
}
