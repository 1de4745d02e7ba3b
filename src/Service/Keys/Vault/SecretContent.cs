using System.Buffers.Text;
using System.Security.Cryptography;
using Azure.Core;

namespace EncryptionService.Service.Keys.Vault;

/// <summary>The body of a key operation, in memory that is pinned and zeroed: <c>{"alg":"…","value":"…"}</c>.</summary>
/// <remarks>May be sent several times. Whoever makes it disposes it once the call is over; nothing of it is in a string.</remarks>
internal sealed class SecretContent : RequestContent
{
    private readonly byte[] bytes;

    /// <summary>Writes the body.</summary>
    /// <param name="algorithm">JWA name; a constant of ours.</param>
    /// <param name="value">The bytes to wrap, unwrap or sign.</param>
    public SecretContent(ReadOnlySpan<byte> algorithm, ReadOnlySpan<byte> value)
    {
        var head = "{\"alg\":\""u8;
        var middle = "\",\"value\":\""u8;
        var foot = "\"}"u8;
        bytes = GC.AllocateUninitializedArray<byte>(
            head.Length + algorithm.Length + middle.Length + Base64Url.GetEncodedLength(value.Length) + foot.Length, pinned: true);
        head.CopyTo(bytes);
        algorithm.CopyTo(bytes.AsSpan(head.Length));
        middle.CopyTo(bytes.AsSpan(head.Length + algorithm.Length));
        Base64Url.EncodeToUtf8(value, bytes.AsSpan(head.Length + algorithm.Length + middle.Length));
        foot.CopyTo(bytes.AsSpan(bytes.Length - foot.Length));
    }

    /// <inheritdoc/>
    public override Task WriteToAsync(Stream stream, CancellationToken cancellation) => stream.WriteAsync(bytes, cancellation).AsTask();

    /// <inheritdoc/>
    public override void WriteTo(Stream stream, CancellationToken cancellation) => stream.Write(bytes);

    /// <inheritdoc/>
    public override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }

    /// <inheritdoc/>
    public override void Dispose() => CryptographicOperations.ZeroMemory(bytes);
}
