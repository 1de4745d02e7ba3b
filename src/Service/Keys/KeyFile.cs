using System.Security.Cryptography;
using EncryptionService.Service.Ledger;

namespace EncryptionService.Service.Keys;

/// <summary>Private keys in files (PKCS #8, DER), readable by their owner only.</summary>
internal static class KeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates the folder, 0700, if it is missing.</summary>
    public static void EnsureFolder(string path)
    {
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Writes a new file, durable before it returns. Fails if the file exists: a key is never overwritten.</summary>
    public static void Create(string path, AsymmetricAlgorithm key)
    {
        var bytes = key.ExportPkcs8PrivateKey();
        try
        {
            var draft = path + ".new";
            File.Delete(draft);
            Put(draft, path, bytes, overwrite: false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Writes a file that is no secret, or puts it in place of the one that is there. Several processes may do that at once.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> bytes)
        => Put($"{path}.{Path.GetRandomFileName()}.new", path, bytes, overwrite: true);

    // Whole or not at all: a start that dies here must not leave half a file behind.
    private static void Put(string draft, string path, ReadOnlySpan<byte> bytes, bool overwrite)
    {
        using (var file = new FileStream(draft, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            UnixCreateMode = OwnerOnly,
        }))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(draft, path, overwrite);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }

        // The ledger will rely on it: its name must outlive a power cut too.
        Posix.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Reads a file into <paramref name="key"/>.</summary>
    /// <exception cref="KeyUnavailableException">The file is open to others, or is no key of this kind.</exception>
    public static void Read(string path, AsymmetricAlgorithm key)
    {
        var mode = File.GetUnixFileMode(path);
        if ((mode & ~OwnerOnly) != 0)
        {
            throw new KeyUnavailableException($"The key file {path} is open to others (mode {Convert.ToString((int)mode, 8)}). Take the access away: chmod 600 {path}");
        }

        var bytes = File.ReadAllBytes(path);
        try
        {
            key.ImportPkcs8PrivateKey(bytes, out _);
        }
        catch (CryptographicException exception)
        {
            throw new KeyUnavailableException($"The key file {path} holds no key of the expected kind. Restore it from your backup.", exception);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
