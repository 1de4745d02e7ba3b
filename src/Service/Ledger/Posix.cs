using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EncryptionService.Service.Ledger;

/// <summary>Two things the base library does not offer: fsync of a directory, and opening a file without taking an advisory lock on it.</summary>
internal static partial class Posix
{
    /// <summary>Makes the entries of a directory durable. Windows has no such thing and needs none.</summary>
    /// <param name="path">The directory.</param>
    /// <exception cref="IOException">The operating system refused.</exception>
    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = OpenToRead(path);
        if (FSync(handle) < 0)
        {
            throw new IOException($"fsync of {path} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Opens a file or directory for reading; it does not wait for, or collide with, anybody's lock.</summary>
    /// <param name="path">The file or directory.</param>
    /// <returns>The handle.</returns>
    /// <exception cref="IOException">The operating system refused.</exception>
    public static SafeFileHandle OpenToRead(string path)
    {
        const int ReadOnly = 0;
        var descriptor = Open(path, ReadOnly);
        return descriptor < 0
            ? throw new IOException($"Opening {path} failed: {Marshal.GetLastPInvokeErrorMessage()}")
            : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FSync(SafeFileHandle handle);
}
