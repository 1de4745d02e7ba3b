using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EncryptionService.Service.Ledger;

/// <summary>The file <c>lock</c>: held open and locked while a process uses the ledger (docs/spec/ledger.md, section 4).</summary>
/// <remarks>The operating system drops the lock with the process, however it ends; the file stays behind and means nothing by itself.</remarks>
internal sealed class LedgerLock : IDisposable
{
    private const int LongestHolder = 512;

    // What the base library puts into HResult: EWOULDBLOCK of flock, or Windows' own error.
    private const int SharingViolationLinux = 11;
    private const int SharingViolationMac = 35;
    private const int SharingViolationWindows = unchecked((int)0x80070020);

    private readonly SafeFileHandle handle;

    private LedgerLock(SafeFileHandle handle) => this.handle = handle;

    /// <summary>Takes the lock and says in the file who holds it.</summary>
    /// <param name="directory">The directory of the ledger; it exists.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The lock, to be disposed by the caller.</returns>
    /// <exception cref="LedgerLockedException">Somebody else holds it.</exception>
    public static LedgerLock Take(string directory, TimeProvider time)
    {
        var path = Path.Combine(directory, "lock");
        SafeFileHandle handle;
        try
        {
            // On Unix this is flock; on Windows readers must stay possible, or nobody could tell who holds it.
            var share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;
            handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share);
        }
        catch (IOException error) when (error.HResult is SharingViolationLinux or SharingViolationMac or SharingViolationWindows)
        {
            throw new LedgerLockedException(directory, ReadHolder(path));
        }

        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            RandomAccess.SetLength(handle, 0);
            RandomAccess.Write(handle, Encoding.UTF8.GetBytes(Holder(time)), 0);
            return new LedgerLock(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Lets go.</summary>
    public void Dispose() => handle.Dispose();

    private static string Holder(TimeProvider time) => string.Create(
        CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName} since {time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'}");

    private static string ReadHolder(string path)
    {
        try
        {
            using var handle = OperatingSystem.IsWindows()
                ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)
                : Posix.OpenToRead(path);
            var text = new byte[LongestHolder];
            var length = RandomAccess.Read(handle, text, 0);
            return length == 0 ? "it does not say which" : Encoding.UTF8.GetString(text, 0, length);
        }
        catch (IOException)
        {
            return "it cannot be read which";
        }
    }
}
