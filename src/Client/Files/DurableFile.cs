using System.Runtime.InteropServices;
using EncryptionService.Formats;
using Microsoft.Win32.SafeHandles;

namespace EncryptionService.Client;

/// <summary>Steps of writing a file.</summary>
internal enum WriteStep
{
    /// <summary>Nothing is written yet.</summary>
    Begun,

    /// <summary>The new content is on the disk under another name.</summary>
    Written,

    /// <summary>The new content has its name.</summary>
    Renamed,
}

/// <summary>Writes a file whole: new file, fsync, rename, fsync of the directory; readable by the owner only.</summary>
internal static partial class DurableFile
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void Write(string path, ReadOnlySpan<byte> content, Action<WriteStep>? watch)
    {
        watch?.Invoke(WriteStep.Begun);
        var next = $"{path}.{Base64UrlText.Encode(System.Security.Cryptography.RandomNumberGenerator.GetBytes(6))}.tmp";
        try
        {
            using (var file = Open(next, FileMode.CreateNew))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            watch?.Invoke(WriteStep.Written);
            File.Move(next, path, overwrite: true);
        }
        catch
        {
            File.Delete(next);
            throw;
        }

        SyncDirectory(Path.GetDirectoryName(path)!);
        watch?.Invoke(WriteStep.Renamed);
    }

    /// <summary>Opens a file that nobody else has open.</summary>
    /// <exception cref="IOException">Somebody has.</exception>
    public static FileStream OpenLock(string path) => Open(path, FileMode.OpenOrCreate);

    /// <summary>Creates the directory of a file for the owner only, where there is none.</summary>
    public static void CreateDirectoryOf(string path)
    {
        var directory = Path.GetDirectoryName(path)!;
        if (Directory.Exists(directory))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
            return;
        }

        Directory.CreateDirectory(directory, OwnerFile | UnixFileMode.UserExecute);
    }

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }

        return new FileStream(path, options);
    }

    /// <summary>Makes the rename durable. Windows has no such thing and needs none.</summary>
    private static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = OpenDescriptor(path, 0);
        if (descriptor < 0)
        {
            throw new IOException($"Opening {path} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (FSync(handle) < 0)
        {
            throw new IOException($"fsync of {path} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenDescriptor(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FSync(SafeFileHandle handle);
}
