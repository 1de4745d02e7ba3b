using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>scrypt (RFC 7914) of OpenSSL 3's libcrypto, the same library .NET itself runs on.</summary>
internal static partial class Scrypt
{
    private const string Library = "libcrypto";

    static Scrypt() => NativeLibrary.SetDllImportResolver(typeof(Scrypt).Assembly, Resolve);

    /// <summary>Derives a key.</summary>
    /// <param name="password">The password's bytes.</param>
    /// <param name="salt">Salt.</param>
    /// <param name="cost">N, a power of two; memory is 128·N·r bytes.</param>
    /// <param name="blockSize">r.</param>
    /// <param name="parallelization">p.</param>
    /// <param name="length">Bytes wanted.</param>
    /// <exception cref="CryptographicException">OpenSSL refused the parameters, or had no memory.</exception>
    public static byte[] Derive(byte[] password, byte[] salt, ulong cost, ulong blockSize, ulong parallelization, int length)
    {
        var key = new byte[length];
        var most = 128 * blockSize * (cost + parallelization + 2);
        var made = EVP_PBE_scrypt(password, (nuint)password.Length, salt, (nuint)salt.Length, cost, blockSize, parallelization, most + (1UL << 20), key, (nuint)length);
        return made == 1 ? key : throw new CryptographicException("OpenSSL did not make the hash of a password.");
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return 0;
        }

        // The variable is the one .NET reads when it picks its own OpenSSL.
        var chosen = Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE");
        return !string.IsNullOrEmpty(chosen) && NativeLibrary.TryLoad($"libcrypto.so.{chosen}", out var handle)
            ? handle
            : NativeLibrary.TryLoad("libcrypto.so.3", out handle) ? handle : 0;
    }

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EVP_PBE_scrypt(
        byte[] password, nuint passwordLength, byte[] salt, nuint saltLength, ulong cost, ulong blockSize, ulong parallelization, ulong mostMemory, [Out] byte[] key, nuint keyLength);
}
