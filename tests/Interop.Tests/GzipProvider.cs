using System.IO.Compression;
using Grpc.Net.Compression;

namespace EncryptionService.Interop.Tests;

/// <summary>gzip that writes a valid stream for an empty message too; the framework writes nothing at all, which other clients refuse.</summary>
internal sealed class GzipProvider : ICompressionProvider
{
    public string EncodingName => "gzip";

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        new NeverEmpty(stream, compressionLevel ?? CompressionLevel.Fastest);

    public Stream CreateDecompressionStream(Stream stream) => new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);

    private sealed class NeverEmpty(Stream target, CompressionLevel level) : GZipStream(target, level, leaveOpen: true)
    {
        // RFC 1952: header without name and time, one empty final deflate block, CRC 0, length 0.
        private static readonly byte[] nothing =
            [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

        private bool closed;
        private bool written;

        // Each overload goes to its own base: the base of one calls the other.
        public override void Write(byte[] buffer, int offset, int count)
        {
            written |= count > 0;
            base.Write(buffer, offset, count);
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            written |= buffer.Length > 0;
            base.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            var below = closed ? null : BaseStream;
            closed = true;
            base.Dispose(disposing);
            if (disposing && !written)
            {
                below?.Write(nothing);
            }
        }
    }
}
