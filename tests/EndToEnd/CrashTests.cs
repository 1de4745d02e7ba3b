using System.Collections.Concurrent;
using EncryptionService.EndToEnd.Setting;

namespace EncryptionService.EndToEnd;

/// <summary>SIGKILL beside every single write, one after the other, and beside every post; each time the core takes up where it was.</summary>
/// <remarks>
/// The write before which a process dies is the one after which the process before it was still alive, so "before" and "after" together see
/// the ledger cut at every write, with and without an answer given. Several classes, so that they run side by side.
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

    private static readonly ConcurrentDictionary<bool, Lazy<Task<(IReadOnlyList<string> Writes, IReadOnlyList<string> Deaths)>>> undisturbed = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="mode">"before" or "after".</param>
    /// <param name="blobs">Where the ledger is; null: in files.</param>
    private protected static async Task DieBesideEveryWriteAsync(string mode, BlobStorage? blobs = null)
    {
        var (writes, none) = await undisturbed.GetOrAdd(blobs is null, _ => new(() => LiveAsync(null, blobs))).Value;
        Assert.Empty(none);
        Assert.Empty(named.Except(writes));
        var (again, deaths) = await LiveAsync(mode, blobs);
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

    private static async Task<(IReadOnlyList<string> Writes, IReadOnlyList<string> Deaths)> LiveAsync(string? mode, BlobStorage? blobs)
    {
        using var folder = blobs is null ? new ServiceFolder() : await blobs.NewFolderAsync(Token);
        using var wire = blobs?.NewWire();
        await using var core = await FakeCore.StartAsync(Token);
        using var world = new CrashWorld(core, folder, mode);
        using var history = new CrashHistory(world, folder, wire is null ? null : services => BlobStorage.Admit(services, wire));
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

/// <summary>The same history with the ledger in append blobs: real processes with a token of the platform's endpoint.</summary>
public sealed class BlobCrashBeforeTests(BlobStorage blobs) : CrashTests
{
    [Fact]
    public Task A_service_over_blobs_that_dies_before_every_write_loses_nothing_and_doubles_nothing() => DieBesideEveryWriteAsync("before", blobs);
}

public sealed class BlobCrashAfterTests(BlobStorage blobs) : CrashTests
{
    [Fact]
    public Task A_service_over_blobs_that_dies_after_every_write_loses_nothing_and_doubles_nothing() => DieBesideEveryWriteAsync("after", blobs);
}
