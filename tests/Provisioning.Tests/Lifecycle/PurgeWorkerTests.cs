using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Lifecycle;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EncryptionService.Provisioning.Tests.Lifecycle;

public sealed class PurgeWorkerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Point_53_whoever_was_suspended_for_30_days_goes_at_the_start_or_on_the_day()
    {
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync();
        await SuspendAsync(core, "first@example.com");
        core.Time.Pass(TimeSpan.FromDays(2));
        await SuspendAsync(core, "second@example.com");
        core.Time.Pass(TimeSpan.FromDays(28));
        using var worker = ActivatorUtilities.CreateInstance<PurgeWorker>(core.Services);

        await worker.StartAsync(Stop);
        await RestAsync(core);
        var atTheStart = await NamesAsync(core);
        core.Time.Pass(TimeSpan.FromDays(1));
        await RestAsync(core);
        var dayOne = await NamesAsync(core);
        core.Time.Pass(TimeSpan.FromDays(1));
        await RestAsync(core);
        var dayTwo = await NamesAsync(core);
        await worker.StopAsync(Stop);

        Assert.Equal(["second@example.com"], atTheStart);
        Assert.Equal(["second@example.com"], dayOne);
        Assert.Empty(dayTwo);
    }

    private static async Task SuspendAsync(CoreFixture core, string userName)
    {
        var members = core.Get<MemberDirectory>();
        var made = await members.CreateAsync("acme", new MemberDraft(userName, null, null, true, "{}"), Actor.System, Stop);
        await members.UpdateAsync("acme", made.Value!.Id, row => MemberDraft.Of(row) with { Active = false }, Actor.System, Stop);
    }

    /// <summary>Returns once the worker waits for the next day.</summary>
    private static async Task RestAsync(CoreFixture core)
    {
        while (core.Time.Alarms == 0)
        {
            Stop.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static Task<List<string>> NamesAsync(CoreFixture core) => core.Store.ReadAsync(db => db.Members.Select(row => row.UserName).ToListAsync(Stop), Stop);
}
