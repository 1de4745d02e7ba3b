using System.Globalization;
using System.Security.Cryptography;
using EncryptionService.Formats;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Keys;

/// <summary>A KEK in local files, one for each version: for one machine and for trying out.</summary>
/// <remarks>Whoever reads the folder reads every vault key. In production the KEK lives in a vault that never lets it out.</remarks>
internal sealed partial class LocalKeyEncryptionKey(IOptions<KeyOptions> options, ILogger<LocalKeyEncryptionKey> logger) : IKeyEncryptionKey
{
    private const string Algorithm = "RSA-OAEP-256";
    private const int KeySizeInBits = 3072;
    private const string Prefix = "local:";

    /// <inheritdoc/>
    public ValueTask<string> GetCurrentIdAsync(bool mayCreate, CancellationToken cancellationToken)
    {
        var versions = Versions();
        if (versions.Count == 0)
        {
            if (!mayCreate)
            {
                throw new KeyUnavailableException(
                    $"There is no wrapping key in {options.Value.Path}, but the ledger was made with one. Restore the folder from your backup.");
            }

            return ValueTask.FromResult(CreateVersion());
        }

        using var newest = Open(versions[^1]);
        return ValueTask.FromResult(IdOf(versions[^1], newest));
    }

    /// <summary>Makes the next version; the service takes it up at its next start.</summary>
    /// <returns>Its id.</returns>
    public string CreateVersion()
    {
        KeyFile.EnsureFolder(options.Value.Path);
        var versions = Versions();
        var name = $"kek-{(versions.Count == 0 ? 1 : NumberOf(versions[^1]) + 1).ToString("D6", CultureInfo.InvariantCulture)}.p8";
        using var key = RSA.Create(KeySizeInBits);
        KeyFile.Create(Path.Combine(options.Value.Path, name), key);
        LogCreated(logger, Path.Combine(options.Value.Path, name));
        return IdOf(name, key);
    }

    /// <inheritdoc/>
    public ValueTask<WrappedKey> WrapAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        var versions = Versions();
        if (versions.Count == 0)
        {
            throw new KeyUnavailableException($"There is no wrapping key in {options.Value.Path}. Restore the folder from your backup.");
        }

        using var newest = Open(versions[^1]);
        var blob = newest.Encrypt(key.Span, RSAEncryptionPadding.OaepSHA256);
        return ValueTask.FromResult(new WrappedKey(blob, IdOf(versions[^1], newest), Algorithm));
    }

    /// <inheritdoc/>
    public ValueTask<byte[]> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken)
    {
        if (wrapped.Algorithm != Algorithm || !wrapped.KeyId.StartsWith(Prefix, StringComparison.Ordinal))
        {
            throw new KeyUnavailableException(
                $"The root key was wrapped by {wrapped.KeyId} ({wrapped.Algorithm}), which is no local key file. Start the service with the key provider that made this ledger.");
        }

        var name = wrapped.KeyId[Prefix.Length..].Split('/')[0];
        if (!Versions().Contains(name))
        {
            throw new KeyUnavailableException(
                $"The root key was wrapped by {wrapped.KeyId}, and {Path.Combine(options.Value.Path, name)} is missing. Restore that file from your backup.");
        }

        using var key = Open(name);
        if (IdOf(name, key) != wrapped.KeyId)
        {
            throw new KeyUnavailableException(
                $"{Path.Combine(options.Value.Path, name)} is another key than the one that wrapped the root key ({wrapped.KeyId}). Restore the right file from your backup.");
        }

        try
        {
            return ValueTask.FromResult(key.Decrypt(wrapped.Blob.Span, RSAEncryptionPadding.OaepSHA256));
        }
        catch (CryptographicException exception)
        {
            throw new StartupException(ExitCode.Disagreement, $"The wrapped root key does not open with {wrapped.KeyId}: the ledger's root was changed. Restore it.", exception);
        }
    }

    private static string IdOf(string name, RSA key)
        => $"{Prefix}{name}/{Base64UrlText.Encode(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))}";

    private static int NumberOf(string name) => int.Parse(name.AsSpan(4, 6), CultureInfo.InvariantCulture);

    private RSA Open(string name)
    {
        var key = RSA.Create();
        try
        {
            KeyFile.Read(Path.Combine(options.Value.Path, name), key);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private List<string> Versions()
        => Directory.Exists(options.Value.Path)
            ? [.. Directory.EnumerateFiles(options.Value.Path, "kek-??????.p8").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)]
            : [];

    [LoggerMessage(EventId = 600, Level = LogLevel.Warning,
        Message = "Made the wrapping key {Path}. Local key files are for one machine and for trying out: whoever reads this folder reads every vault key. Use a key vault in production, and back this file up")]
    private static partial void LogCreated(ILogger logger, string path);
}
