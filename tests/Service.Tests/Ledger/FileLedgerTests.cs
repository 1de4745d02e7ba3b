using System.Diagnostics;
using EncryptionService.Compliance;
using EncryptionService.Service.Ledger;
using Xunit;

namespace EncryptionService.Service.Tests.Ledger;

public sealed class FileLedgerTests : LedgerCompliance, IDisposable
{
    private readonly LedgerFolder folder = new();

    public void Dispose() => folder.Dispose();

    protected override ILedger OpenLedger() => folder.Open();

    [Fact]
    public async Task Another_process_is_refused_and_told_who_holds_the_ledger()
    {
        // A registry of its own is what another process has; the lock itself is the operating system's.
        await using (folder.Open())
        {
            var refused = Assert.Throws<LedgerLockedException>(() => folder.Open(registry: new FileLedgerRegistry()));
            Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName} since 2", refused.Message, StringComparison.Ordinal);
        }

        await using var afterwards = folder.Open(registry: new FileLedgerRegistry());
    }

    [Fact]
    public async Task A_lock_held_by_a_real_process_is_respected_until_that_process_ends()
    {
        const string Flock = "/usr/bin/flock";
        Assert.SkipUnless(File.Exists(Flock), "flock (util-linux) is not installed.");
        await using (folder.Open())
        {
        }

        var start = new ProcessStartInfo(Flock, [Path.Combine(folder.Path, "lock"), "sh", "-c", "echo held; read line"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var holder = Process.Start(start)!;
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(Token));
        Assert.Throws<LedgerLockedException>(() => folder.Open());
        holder.StandardInput.Close();
        await holder.WaitForExitAsync(Token);
        await using var afterwards = folder.Open();
    }

    [Fact]
    public async Task Files_and_directories_belong_to_their_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are a matter of Unix.");
        await using var ledger = folder.Open();
        await ledger.TryCreateAsync(new(StreamName.ForGroup(".."), 1), Token);
        await ledger.ProbeAsync(Token);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(OwnersFile | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
        Assert.Equal(OwnersFile | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(folder.Path, "group-..")));
        Assert.Equal(OwnersFile, File.GetUnixFileMode(Path.Combine(folder.Path, "group-..", "000001.seg")));
        Assert.Equal(OwnersFile, File.GetUnixFileMode(Path.Combine(folder.Path, "lock")));
    }

    [Fact]
    public async Task More_segments_than_open_files_are_served_side_by_side()
    {
        const int Segments = 12;
        const int Rounds = 6;
        await using var ledger = folder.Open(openFiles: 2);
        await Parallel.ForEachAsync(Enumerable.Range(0, Segments), Token, async (number, token) =>
        {
            var segment = new SegmentName(StreamName.ForGroup($"g{number}"), 1);
            await ledger.TryCreateAsync(segment, token);
            for (var round = 0; round < Rounds; round++)
            {
                Assert.True(await ledger.TryAppendAsync(segment, round, new[] { (byte)number }, token));
            }
        });

        for (var number = 0; number < Segments; number++)
        {
            var bytes = await ledger.ReadAsync(new(StreamName.ForGroup($"g{number}"), 1), 0, Token);
            Assert.Equal(Enumerable.Repeat((byte)number, Rounds), bytes!.Value.ToArray());
        }

        if (OperatingSystem.IsLinux())
        {
            var open = new DirectoryInfo("/proc/self/fd").GetFileSystemInfos()
                .Count(entry => entry.LinkTarget is { } target && target.StartsWith(folder.Path, StringComparison.Ordinal) && target.EndsWith(".seg", StringComparison.Ordinal));
            Assert.InRange(open, 1, 2);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_file_that_somebody_else_changes_meanwhile_is_damage(int newLength)
    {
        var segment = new SegmentName(StreamName.Root, 1);
        await using var ledger = folder.Open();
        await ledger.TryCreateAsync(segment, Token);
        await ledger.TryAppendAsync(segment, 0, new byte[3], Token);
        using (var file = File.OpenHandle(Path.Combine(folder.Path, "root", "000001.seg"), access: FileAccess.Write, share: FileShare.ReadWrite))
        {
            RandomAccess.SetLength(file, newLength);
        }

        await Assert.ThrowsAsync<LedgerDamagedException>(async () => await ledger.TryAppendAsync(segment, 3, new byte[1], Token));
        await Assert.ThrowsAsync<LedgerDamagedException>(async () => await ledger.ReadAsync(segment, 0, Token));
    }

    [Fact]
    public async Task A_segment_file_that_appears_meanwhile_is_never_overwritten_unless_it_is_empty()
    {
        var segment = new SegmentName(StreamName.Root, 1);
        await using var ledger = folder.Open();
        var path = Path.Combine(folder.Path, "root", "000001.seg");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, "x", Token);
        await Assert.ThrowsAsync<LedgerDamagedException>(async () => await ledger.TryCreateAsync(segment, Token));
        Assert.Equal("x", await File.ReadAllTextAsync(path, Token));
        await File.WriteAllTextAsync(path, string.Empty, Token);
        Assert.True(await ledger.TryCreateAsync(segment, Token));
    }

    [Fact]
    public async Task A_creation_that_fails_is_made_good_by_the_next_one()
    {
        var segment = new SegmentName(StreamName.Root, 1);
        await using var ledger = folder.Open();
        var inTheWay = Path.Combine(folder.Path, "root");
        await File.WriteAllTextAsync(inTheWay, string.Empty, Token);
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.TryCreateAsync(segment, Token));
        Assert.Null(await ledger.ReadAsync(segment, 0, Token));
        File.Delete(inTheWay);
        Assert.True(await ledger.TryCreateAsync(segment, Token));
    }

    [Fact]
    public async Task What_is_no_segment_is_left_alone()
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "lost+found"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "group-a b"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "root"));
        foreach (var name in new[] { "1.seg", "000000.seg", "0000001.seg", "000001.seg.bak", "-00001.seg", "+00001.seg" })
        {
            await File.WriteAllTextAsync(Path.Combine(folder.Path, "root", name), "x", Token);
        }

        await using var ledger = folder.Open();
        Assert.Empty(await ledger.ListAsync(null, Token).ToListAsync(Token));
        Assert.Equal(0, ledger.SizeInBytes);
    }

    [Fact]
    public async Task On_a_full_disk_nothing_of_the_failed_frame_stays_behind()
    {
        await using var disk = await SmallDisk.MountAsync(folder.Path, "64k", Token);
        Assert.SkipWhen(disk is null, "Mounting a small disk needs root on Linux.");
        var segment = new SegmentName(StreamName.Members, 1);
        long length = 0;
        await using (var ledger = folder.Open())
        {
            await ledger.TryCreateAsync(segment, Token);
            await Assert.ThrowsAsync<LedgerUnavailableException>(async () =>
            {
                for (; ; length += 5000)
                {
                    Assert.True(await ledger.TryAppendAsync(segment, length, Enumerable.Repeat((byte)1, 5000).ToArray(), Token));
                }
            });
            Assert.InRange(length, 5000, 65536);
            Assert.Equal(length, new FileInfo(Path.Combine(folder.Path, "members", "000001.seg")).Length);
            Assert.Equal(length, (await ledger.ReadAsync(segment, 0, Token))!.Value.Length);

            await File.WriteAllBytesAsync(Path.Combine(folder.Path, "filler"), new byte[65536 - length - 4096], Token)
                .ContinueWith(static _ => { }, TaskScheduler.Default);
            await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.ProbeAsync(Token));
            File.Delete(Path.Combine(folder.Path, "filler"));
            Assert.True(await ledger.TryAppendAsync(segment, length, new byte[] { 2 }, Token));
            length++;
        }

        await using var again = folder.Open();
        Assert.Equal(length, (await again.ReadAsync(segment, 0, Token))!.Value.Length);
    }
}
