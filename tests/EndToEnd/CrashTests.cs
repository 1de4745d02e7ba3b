using EncryptionService.EndToEnd.Setting;

namespace EncryptionService.EndToEnd;

/// <summary>SIGKILL beside every single write, one after the other, and beside every post; each time the core takes up where it was.</summary>
/// <remarks>
/// The write before which a process dies is the one after which the process before it was still alive, so "before" and "after" together see
/// the ledger cut at every write, with and without an answer given. Two classes, so that they run side by side.
/// </remarks>
public abstract class CrashTests
{
    /// <summary>Every write that src/Service/Ledger/README.md names in the life of an event, and those of the root stream.</summary>
    private static readonly string[] named =
    [
        "create root", "append record root",
        "create members", "append record members", "append terminal members", "append snapshot members",
        "create group/g1", "append record group/g1", "append terminal group/g1", "append snapshot group/g1",
        "create group/g2", "append record group/g2", "append terminal group/g2", "append snapshot group/g2",
    ];

    private static readonly Lazy<Task<(IReadOnlyList<string> Writes, IReadOnlyList<string> Deaths)>> undisturbed = new(() => LiveAsync(null));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected static async Task DieBesideEveryWriteAsync(string mode)
    {
        var (writes, none) = await undisturbed.Value;
        Assert.Empty(none);
        Assert.Empty(named.Except(writes));
        var (again, deaths) = await LiveAsync(mode);
        foreach (var write in writes.CountBy(write => write))
        {
            var times = deaths.Count(death => death == write.Key);
            Assert.True(times >= write.Value, $"{write.Value} times '{write.Key}', and {times} deaths beside it");
        }

        Assert.True(deaths.Count >= writes.Count && again.Count >= writes.Count);
    }

    private protected static async Task DieBesideEveryPostAsync(bool stored)
    {
        using var folder = new ServiceFolder();
        await using var core = await FakeCore.StartAsync(Token);
        using var world = new CrashWorld(core, folder, null);
        var killed = new HashSet<string>();
        core.OnPost = request =>
        {
            if (!stored && killed.Add(request.Path + System.Text.Encoding.UTF8.GetString(request.Body).Split('"')[3]))
            {
                world.KillNow();
                return new Answer(Mood.HangsUp);
            }

            return Answer.Good;
        };
        core.AfterPost = request =>
        {
            if (stored && killed.Add(request.Path + System.Text.Encoding.UTF8.GetString(request.Body).Split('"')[3]))
            {
                world.KillNow();
            }
        };
        using var history = new CrashHistory(world, folder);
        await history.RunAsync();
        Assert.InRange(killed.Count, 8, 20);
    }

    private static async Task<(IReadOnlyList<string> Writes, IReadOnlyList<string> Deaths)> LiveAsync(string? mode)
    {
        using var folder = new ServiceFolder();
        await using var core = await FakeCore.StartAsync(Token);
        using var world = new CrashWorld(core, folder, mode);
        using var history = new CrashHistory(world, folder);
        await history.RunAsync();
        return (world.Writes, world.Deaths);
    }
}

public sealed class CrashBeforeTests : CrashTests
{
    [Fact]
    public Task A_service_that_dies_before_every_write_loses_nothing_and_doubles_nothing() => DieBesideEveryWriteAsync("before");

    [Fact]
    public Task A_service_that_dies_before_every_post_is_taken_loses_nothing() => DieBesideEveryPostAsync(stored: false);
}

public sealed class CrashAfterTests : CrashTests
{
    [Fact]
    public Task A_service_that_dies_after_every_write_loses_nothing_and_doubles_nothing() => DieBesideEveryWriteAsync("after");

    [Fact]
    public Task A_service_that_dies_after_every_post_is_taken_loses_nothing() => DieBesideEveryPostAsync(stored: true);
}
