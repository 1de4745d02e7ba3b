using System.Security.Cryptography;

namespace EncryptionService.Service.Keys.Vault;

/// <summary>An answer in pinned memory, zeroed when disposed.</summary>
internal sealed class PinnedBytes : IDisposable
{
    private readonly byte[] bytes;
    private readonly int length;

    private PinnedBytes(byte[] bytes, int length)
    {
        this.bytes = bytes;
        this.length = length;
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(0, length);

    /// <summary>Reads a stream to its end; null: it is longer than allowed. No byte passes through memory that is not zeroed here.</summary>
    public static async Task<PinnedBytes?> ReadAsync(Stream? stream, int most, CancellationToken cancellationToken)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(most + 1, pinned: true);
        var length = 0;
        try
        {
            if (stream is not null)
            {
                for (int read; length < buffer.Length && (read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken)) > 0;)
                {
                    length += read;
                }
            }

            if (length <= most)
            {
                return new PinnedBytes(buffer, length);
            }
        }
        catch
        {
            CryptographicOperations.ZeroMemory(buffer);
            throw;
        }

        CryptographicOperations.ZeroMemory(buffer);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(bytes);
}
