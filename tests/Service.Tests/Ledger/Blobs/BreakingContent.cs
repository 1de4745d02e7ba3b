using System.Net;

namespace EncryptionService.Service.Tests.Ledger.Blobs;

/// <summary>An answer's body that breaks off after so many bytes, though its headers promise more.</summary>
internal sealed class BreakingContent : HttpContent
{
    private readonly HttpContent inner;
    private readonly int bytes;

    public BreakingContent(HttpContent inner, int bytes)
    {
        this.inner = inner;
        this.bytes = bytes;
        foreach (var header in inner.Headers)
        {
            Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
    }

    protected override async Task<Stream> CreateContentReadStreamAsync()
        => new Breaking((await inner.ReadAsByteArrayAsync())[..bytes]);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

    protected override bool TryComputeLength(out long length)
    {
        length = inner.Headers.ContentLength ?? 0;
        return true;
    }

    private sealed class Breaking(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => Checked(base.Read(buffer, offset, count));

        public override int Read(Span<byte> buffer) => Checked(base.Read(buffer));

        public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
            => Checked(await base.ReadAsync(buffer.AsMemory(offset, count), cancellationToken));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => Checked(await base.ReadAsync(buffer, cancellationToken));

        private static int Checked(int read) => read > 0 ? read : throw new IOException("Planned: the connection breaks.");
    }
}
