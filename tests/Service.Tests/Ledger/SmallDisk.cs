using System.Diagnostics;
using EncryptionService.Compliance;

namespace EncryptionService.Service.Tests.Ledger;

/// <summary>A disk in memory that is soon full.</summary>
internal sealed class SmallDisk(string path) : IAsyncDisposable
{
    /// <summary>Mounts a disk of the given size, or gives null where that is not allowed.</summary>
    public static async Task<SmallDisk?> MountAsync(string path, string size, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return null;
        }

        Directory.CreateDirectory(path);
        var mount = new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", $"size={size}", "tmpfs", path]);
        var outcome = await ChildProcess.Run(mount, null, cancellationToken);
        return outcome.ExitCode == 0 ? new SmallDisk(path) : null;
    }

    public async ValueTask DisposeAsync() => await ChildProcess.Run(new ProcessStartInfo("umount", [path]), null, CancellationToken.None);
}
