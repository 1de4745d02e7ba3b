using System.Net;
using System.Text;
using EncryptionService.Hammer.Secrets;

namespace EncryptionService.Hammer.Core;

/// <summary>Records every answer of the service, byte by byte, as it is read.</summary>
internal sealed class RecordingHandler : DelegatingHandler
{
    private const string Way = "grpc";
    private readonly Recorder recorder;

    public RecordingHandler(Recorder recorder)
    {
        this.recorder = recorder;
        InnerHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true };
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        recorder.Add(Way, Encoding.UTF8.GetBytes(response.Headers.ToString()));
        response.Content = new RecordedContent(response, recorder);
        return response;
    }

    private sealed class RecordedContent : HttpContent
    {
        private readonly HttpContent inner;
        private readonly HttpResponseMessage response;
        private readonly Recorder recorder;

        public RecordedContent(HttpResponseMessage response, Recorder recorder)
        {
            inner = response.Content;
            this.response = response;
            this.recorder = recorder;
            foreach (var (name, values) in inner.Headers)
            {
                Headers.TryAddWithoutValidation(name, values);
            }
        }

        protected override async Task<Stream> CreateContentReadStreamAsync() => new RecordedStream(await inner.ReadAsStreamAsync(), this);

        protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) => CreateContentReadStreamAsync();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await using var read = await CreateContentReadStreamAsync();
            await read.CopyToAsync(stream);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }

        public void Took(ReadOnlySpan<byte> bytes)
        {
            recorder.Add(Way, bytes);
            if (bytes.IsEmpty)
            {
                recorder.Add(Way, Encoding.UTF8.GetBytes(response.TrailingHeaders.ToString()));
            }
        }
    }

    private sealed class RecordedStream(Stream inner, RecordedContent owner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            owner.Took(buffer.Span[..read]);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            owner.Took(buffer.AsSpan(offset, read));
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
