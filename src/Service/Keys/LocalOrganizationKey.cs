using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EncryptionService.Formats;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Keys;

/// <summary>The organization key in a local file: for one machine and for trying out.</summary>
internal sealed partial class LocalOrganizationKey(IOptions<KeyOptions> options, ILogger<LocalOrganizationKey> logger) : IOrganizationKey
{
    private string FilePath => Path.Combine(options.Value.Path, "organization-key.p8");

    private string GenerationPath => Path.Combine(options.Value.Path, "organization-key.generation");

    /// <inheritdoc/>
    public ValueTask<SigningVersion> GetVersionAsync(bool mayCreate, CancellationToken cancellationToken)
    {
        if (!File.Exists(FilePath))
        {
            if (!mayCreate || File.Exists(GenerationPath))
            {
                throw new KeyUnavailableException($"The organization key {FilePath} is missing, but a ledger was made with one. Restore the file from your backup.");
            }

            KeyFile.EnsureFolder(options.Value.Path);
            using var created = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            KeyFile.Create(FilePath, created);
            LogCreated(logger, FilePath);
        }

        using var key = Open();
        return ValueTask.FromResult(new SigningVersion(FilePath, SigningJwk.Of(key)) { RootGeneration = RootMemory.Read(ReadGeneration()) });
    }

    /// <inheritdoc/>
    public ValueTask<byte[]> SignAsync(SigningVersion version, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (!File.Exists(FilePath))
        {
            throw new KeyUnavailableException($"The organization key {FilePath} is missing. Restore the file from your backup.");
        }

        using var key = Open();
        if (SigningJwk.Of(key).Thumbprint != version.Public.Thumbprint)
        {
            throw new KeyUnavailableException($"The organization key {FilePath} is another one than a moment ago. Restore the right file from your backup.");
        }

        return ValueTask.FromResult(key.SignData(data.Span, HashAlgorithmName.SHA256));
    }

    /// <inheritdoc/>
    public ValueTask RememberRootAsync(SigningVersion version, ulong generation, CancellationToken cancellationToken)
    {
        try
        {
            KeyFile.Replace(GenerationPath, Encoding.ASCII.GetBytes(generation.ToString(CultureInfo.InvariantCulture)));
            return ValueTask.CompletedTask;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KeyUnavailableException($"{GenerationPath} cannot be written: {exception.Message}", exception);
        }
    }

    private string? ReadGeneration()
    {
        try
        {
            return File.Exists(GenerationPath) ? File.ReadAllText(GenerationPath).Trim() : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KeyUnavailableException($"{GenerationPath} cannot be read: {exception.Message}", exception);
        }
    }

    private ECDsa Open()
    {
        var key = ECDsa.Create();
        try
        {
            KeyFile.Read(FilePath, key);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    [LoggerMessage(EventId = 601, Level = LogLevel.Warning,
        Message = "Made the organization key {Path}. Local key files are for one machine and for trying out; members will trust whatever this key signs. Back this file up")]
    private static partial void LogCreated(ILogger logger, string path);
}
