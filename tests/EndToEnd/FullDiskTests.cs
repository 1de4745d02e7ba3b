using System.Diagnostics;
using System.Net;
using EncryptionService.Compliance;
using EncryptionService.Contracts.Membership;
using EncryptionService.EndToEnd.Setting;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace EncryptionService.EndToEnd;

/// <summary>A real disk that is really full: a small file system in memory, mounted for the test.</summary>
public sealed class FullDiskTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_is_UNAVAILABLE_leaves_nothing_half_written_and_is_forgotten_once_there_is_room()
    {
        using var folder = new ServiceFolder();
        await using var disk = await SmallDisk.MountAsync(Path.Combine(folder.Root, "disk"), Token);
        await using var core = await FakeCore.StartAsync(Token);
        var time = new LeapingTime(TimeSpan.FromSeconds(30));
        await using var service = await RunningService.StartAsync(
            core, settings => settings["Ledger:Path"] = Path.Combine(disk.Path, "ledger"), services => services.AddSingleton<TimeProvider>(time), folder);
        using var alice = new Person("alice");
        var group = new GroupScript("g1");
        await service.Caller.ApplyAsync(group.Create(), group.Add(alice));
        var people = Enumerable.Range(0, 60).Select(number => new Person($"member-{number}")).ToArray();
        Event[] events = [group.Add(people)];
        var other = new GroupScript("g2");
        Event[] otherEvents = [other.Create(), other.Add(alice)];
        Assert.Equal(HttpStatusCode.OK, (await service.ProbeAsync("ready")).Status);

        disk.Fill();
        var before = Snapshot(disk.Path);
        var refusal = await Assert.ThrowsAsync<RpcException>(() => service.Caller.ApplyAsync(events));
        Assert.Equal(StatusCode.Unavailable, refusal.StatusCode);
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => service.Caller.ApplyAsync(otherEvents))).StatusCode);
        time.Pass(TimeSpan.FromSeconds(5));
        var (status, body) = await service.ProbeAsync("ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("the ledger cannot be written", body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await service.ProbeAsync("live")).Status);
        Assert.Equal(before, Snapshot(disk.Path));
        var state = await service.Caller.GetGroupAsync(new GetGroupRequest { GroupId = "g1" });
        Assert.Equal((3UL, 1UL), (state.NextSequence, state.RosterSize));

        disk.Free();
        time.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, (await service.ProbeAsync("ready")).Status);
        Assert.Equal(Outcome.Applied, Assert.Single(await service.Caller.ApplyAsync(events)).Outcome);
        Assert.All(await service.Caller.ApplyAsync(otherEvents), receipt => Assert.Equal(Outcome.Applied, receipt.Outcome));
        await core.Changed.UntilAsync(() => core.Book.Has("g1", 2, people), Token);
        Assert.True(Opening.Opens(core, "g1", people[7], [alice, .. people]));
        var key = service.Rooms.GetRequiredService<KeyRing>().Keys.LedgerKey;
        var report = await service.Rooms.GetRequiredService<LedgerVerifier>().VerifyAsync(key, keepTornTails: true, null, Token);
        Assert.Empty(report.Faults);
        Assert.Empty(report.TornTails);
        Array.ForEach(people, person => person.Dispose());
    }

    /// <summary>Every segment with something in it.</summary>
    private static Dictionary<string, string> Snapshot(string path) => Directory.GetFiles(path, "*.seg", SearchOption.AllDirectories)
        .Where(file => new FileInfo(file).Length > 0)
        .ToDictionary(file => file, file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));

    private sealed class SmallDisk(string path) : IAsyncDisposable
    {
        public string Path => path;

        private string Filler => System.IO.Path.Combine(path, "filler");

        public static async Task<SmallDisk> MountAsync(string path, CancellationToken cancellationToken)
        {
            Directory.CreateDirectory(path);
            Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may mount a small file system.");
            var mount = await ChildProcess.Run(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path]), null, cancellationToken);
            Assert.SkipUnless(mount.ExitCode == 0, $"A small file system cannot be mounted here: {mount.Error.Trim()}");
            return new SmallDisk(path);
        }

        public void Fill()
        {
            using var file = File.OpenHandle(Filler, FileMode.Create, FileAccess.Write);
            for (long at = 0; ; at += 1024)
            {
                try
                {
                    RandomAccess.Write(file, new byte[1024], at);
                }
                catch (IOException)
                {
                    return;
                }
            }
        }

        public void Free() => File.Delete(Filler);

        public async ValueTask DisposeAsync() => await ChildProcess.Run(new ProcessStartInfo("umount", ["-l", path]), null, CancellationToken.None);
    }
}
