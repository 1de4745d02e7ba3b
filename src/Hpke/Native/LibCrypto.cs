using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace EncryptionService.Hpke.Native;

/// <summary>The part of OpenSSL 3's libcrypto that HPKE needs; the same library .NET itself runs on.</summary>
/// <remarks>
/// Handles are plain pointers because one pair of short-lived objects is made per envelope and a SafeHandle each would be a
/// managed allocation; everything that lives longer is owned by a <see cref="NativeHandle"/>.
/// </remarks>
internal static unsafe partial class LibCrypto
{
    private const string Library = "libcrypto";
    private const ulong InitNoAtExit = 0x00080000;

    static LibCrypto()
    {
        NativeLibrary.SetDllImportResolver(typeof(LibCrypto).Assembly, Resolve);

        // Whoever initializes OpenSSL first decides; .NET does the same, as an exit handler would free
        // what background threads still use. A failure shows in the first object that is not made.
        _ = OPENSSL_init_crypto(InitNoAtExit, 0);
    }

    internal static nint Demand(nint handle)
    {
        if (handle == 0)
        {
            ERR_clear_error();
            throw new CryptographicException("OpenSSL refused to create an object.");
        }

        return handle;
    }

    internal static void Demand(int result)
    {
        if (result <= 0)
        {
            ERR_clear_error();
            throw new CryptographicException("An OpenSSL operation failed.");
        }
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
    private static partial int OPENSSL_init_crypto(ulong options, nint settings);

    [LibraryImport(Library)]
    internal static partial void ERR_clear_error();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint EVP_MD_fetch(nint context, string algorithm, string? properties);

    [LibraryImport(Library)]
    internal static partial nint EVP_MD_CTX_new();

    [LibraryImport(Library)]
    internal static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_MD_CTX_copy_ex(nint target, nint source);

    [LibraryImport(Library)]
    internal static partial int EVP_DigestInit_ex(nint context, nint digest, nint engine);

    [LibraryImport(Library)]
    internal static partial int EVP_DigestUpdate(nint context, byte* data, nuint count);

    [LibraryImport(Library)]
    internal static partial int EVP_DigestFinal_ex(nint context, byte* digest, uint* size);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint EVP_CIPHER_fetch(nint context, string algorithm, string? properties);

    [LibraryImport(Library)]
    internal static partial nint EVP_CIPHER_CTX_new();

    [LibraryImport(Library)]
    internal static partial void EVP_CIPHER_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_CipherInit_ex(nint context, nint cipher, nint engine, byte* key, byte* nonce, int encrypt);

    [LibraryImport(Library)]
    internal static partial int EVP_CipherUpdate(nint context, byte* output, int* written, byte* input, int size);

    [LibraryImport(Library)]
    internal static partial int EVP_CipherFinal_ex(nint context, byte* output, int* written);

    [LibraryImport(Library)]
    internal static partial int EVP_CIPHER_CTX_ctrl(nint context, int type, int argument, void* pointer);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint EVP_PKEY_CTX_new_from_name(nint context, string algorithm, string? properties);

    [LibraryImport(Library)]
    internal static partial nint EVP_PKEY_CTX_new_from_pkey(nint context, nint key, byte* properties);

    [LibraryImport(Library)]
    internal static partial void EVP_PKEY_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_fromdata_init(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_fromdata(nint context, nint* key, int selection, OpenSslParameter* parameters);

    [LibraryImport(Library)]
    internal static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_set1_encoded_public_key(nint key, byte* publicKey, nuint size);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_derive_init(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_derive_set_peer_ex(nint context, nint peer, int validate);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_derive(nint context, byte* secret, nuint* size);

    [LibraryImport(Library)]
    internal static partial nint EC_GROUP_new_by_curve_name(int curve);

    [LibraryImport(Library)]
    internal static partial void EC_GROUP_free(nint group);

    [LibraryImport(Library)]
    internal static partial nint EC_POINT_new(nint group);

    [LibraryImport(Library)]
    internal static partial void EC_POINT_clear_free(nint point);

    [LibraryImport(Library)]
    internal static partial int EC_POINT_oct2point(nint group, nint point, byte* data, nuint size, nint scratch);

    [LibraryImport(Library)]
    internal static partial nuint EC_POINT_point2oct(nint group, nint point, int form, byte* data, nuint size, nint scratch);

    [LibraryImport(Library)]
    internal static partial int EC_POINT_mul(nint group, nint result, nint baseScalar, nint point, nint scalar, nint scratch);

    [LibraryImport(Library)]
    internal static partial nint BN_CTX_secure_new();

    [LibraryImport(Library)]
    internal static partial void BN_CTX_free(nint scratch);

    [LibraryImport(Library)]
    internal static partial nint BN_secure_new();

    [LibraryImport(Library)]
    internal static partial void BN_clear(nint number);

    [LibraryImport(Library)]
    internal static partial void BN_clear_free(nint number);

    [LibraryImport(Library)]
    internal static partial void BN_set_flags(nint number, int flags);

    [LibraryImport(Library)]
    internal static partial nint BN_bin2bn(byte* data, int size, nint number);
}
