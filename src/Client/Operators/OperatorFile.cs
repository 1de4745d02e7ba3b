using System.Security.Cryptography;
using System.Text.Json;
using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>The operator's file (member.md, section 8): one signing key, sealed, and its public half.</summary>
public sealed record OperatorFile
{
    private const int Version = 1;
    private const string Context = "eec-operator-file/v1";

    private OperatorFile(KeyBox key, SigningJwk publicKey)
    {
        Key = key;
        Public = publicKey;
    }

    /// <summary>The private key, sealed.</summary>
    public KeyBox Key { get; }

    /// <summary>The public key, which the service's settings name.</summary>
    public SigningJwk Public { get; }

    /// <summary>Makes a key and writes it to a new file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="passphrase">Protects the key.</param>
    /// <returns>The file; null if there is one already, which stays as it is.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static OperatorFile? TryCreate(string path, Passphrase passphrase)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        var full = Path.GetFullPath(path);
        DurableFile.CreateDirectoryOf(full);
        if (File.Exists(full))
        {
            return null;
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var file = Seal(key, passphrase);
        DurableFile.Write(full, file.ToJson(), null);
        return file;
    }

    /// <summary>Reads a file.</summary>
    /// <returns>The file; null if there is none.</returns>
    /// <exception cref="InvalidDataException">It is no operator's file; the message says what is wrong.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OperatorFile? Read(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{path} cannot be used: {exception.Message}.", exception);
        }
    }

    /// <summary>The private key, to be disposed by the caller; null for another passphrase, or a file that was changed.</summary>
    public ECDsa? TryOpen(Passphrase passphrase)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        if (Key.TryOpen(passphrase, Associated(Public)) is not { } plaintext)
        {
            return null;
        }

        Span<byte> scalar = stackalloc byte[PrivateJwk.ScalarSize];
        try
        {
            var reader = new Utf8JsonReader(plaintext);
            return PrivateJwk.TryRead(ref reader, out var jwk, scalar) && reader.BytesConsumed == plaintext.Length
                && SigningJwk.TryParse(jwk, out var written, out _) && written.Thumbprint == Public.Thumbprint && SigningScalar.TryImport(scalar, out var key)
                ? key
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scalar);
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>The file's content, UTF-8 JSON.</summary>
    internal byte[] ToJson()
    {
        using var jwk = JsonDocument.Parse(Public.ToJson());
        return JsonSerializer.SerializeToUtf8Bytes(new OperatorFileJson(Version, Key.ToJson(), jwk.RootElement), FileJson.Default.OperatorFileJson);
    }

    /// <exception cref="InvalidDataException">It is no operator's file.</exception>
    internal static OperatorFile Parse(ReadOnlySpan<byte> utf8)
    {
        OperatorFileJson? json;
        try
        {
            json = JsonSerializer.Deserialize(utf8, FileJson.Default.OperatorFileJson);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("it is no operator's file", exception);
        }

        return json is { Version: Version } && SigningJwk.TryParse(json.Public.GetRawText(), out var publicKey, out _)
            ? new OperatorFile(json.Key.ToBox(), publicKey)
            : throw new InvalidDataException("it is no operator's file of version 1");
    }

    private static OperatorFile Seal(ECDsa key, Passphrase passphrase)
    {
        var publicKey = SigningJwk.Of(key);
        var plaintext = GC.AllocateArray<byte>(PrivateJwk.MaxLength, pinned: true);
        Span<byte> scalar = stackalloc byte[PrivateJwk.ScalarSize];
        try
        {
            var length = 0;
            SigningScalar.Export(key, scalar);
            PrivateJwk.Append(publicKey.ToJson(), scalar, plaintext, ref length);
            return new OperatorFile(KeyBox.Seal(plaintext.AsSpan(0, length), passphrase, Associated(publicKey), KeyBox.DefaultIterations), publicKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scalar);
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static byte[] Associated(SigningJwk publicKey) => KeyBox.Associated(Context, publicKey.Thumbprint.ToString());
}
