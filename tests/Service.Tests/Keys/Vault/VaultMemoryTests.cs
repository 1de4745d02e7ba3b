using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using EncryptionService.Service.Keys.Vault;
using Xunit;

namespace EncryptionService.Service.Tests.Keys.Vault;

/// <summary>Key bytes stay in no buffer of the client's after a call, in no form (docs/spec/keys.md, section 3).</summary>
public sealed class VaultMemoryTests : IAsyncLifetime
{
    private static readonly byte[] secret = [.. Enumerable.Range(0, 32).Select(number => (byte)(0x40 + (number * 5)))];

    private VaultScene scene = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => scene = await VaultScene.StartAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task After_wrapping_and_unwrapping_no_buffer_of_the_client_has_a_byte_left()
    {
        using var options = VaultScene.NewClientOptions(scene.Vault, attempts: 1);
        var buffers = new Buffers();
        options.Transport = new Spy(options.Transport, buffers);
        var kek = scene.NewKek(options, TimeProvider.System);

        var unwrapped = await kek.UnwrapAsync(await kek.WrapAsync(secret, Token), Token);

        Assert.Equal(secret, unwrapped);
        var text = Encoding.ASCII.GetBytes(Base64Url.EncodeToString(secret));
        Assert.Contains(buffers.Sent, sent => sent.Seen.AsSpan().IndexOf(text) >= 0); // the spy sees what it is to see
        Assert.Contains(buffers.Received, received => received.Seen.AsSpan().IndexOf(text) >= 0);
        Assert.All(buffers.Sent.Concat(buffers.Received), buffer => Assert.True(buffer.IsZero));
    }

    [Theory]
    [InlineData("unwrapkey", 400)]
    [InlineData("unwrapkey", 503)]
    [InlineData("wrapkey", 403)]
    public async Task Nor_after_a_call_that_failed(string operation, int status)
    {
        var wrapped = await scene.Kek.WrapAsync(secret, Token);
        using var options = VaultScene.NewClientOptions(scene.Vault, attempts: 1);
        var buffers = new Buffers();
        options.Transport = new Spy(options.Transport, buffers);
        var kek = scene.NewKek(options, TimeProvider.System);
        scene.Vault.Intercept = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith(operation, StringComparison.Ordinal))
            {
                return false;
            }

            context.Response.StatusCode = status;
            await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(Base64Url.EncodeToString(secret)), Token); // a vault that says it in a fault
            return true;
        };

        await Assert.ThrowsAnyAsync<Exception>(async () => _ = operation == "wrapkey" ? (object)await kek.WrapAsync(secret, Token) : await kek.UnwrapAsync(wrapped, Token));

        Assert.NotEmpty(buffers.Received);
        Assert.All(buffers.Sent.Concat(buffers.Received), buffer => Assert.True(buffer.IsZero));
    }

    [Fact]
    public async Task An_answer_that_is_too_long_or_breaks_off_is_zeroed_too()
    {
        var buffers = new Buffers();
        await using var tooLong = new Listening(new MemoryStream(Encoding.ASCII.GetBytes(new string('s', 100))), buffers);
        Assert.Null(await PinnedBytes.ReadAsync(tooLong, 50, Token));
        await using var broken = new Listening(new Breaking(), buffers);
        await Assert.ThrowsAsync<IOException>(() => PinnedBytes.ReadAsync(broken, 50, Token));
        Assert.Contains(buffers.Received, received => received.Seen is [(byte)'s', ..]);
        Assert.All(buffers.Received, received => Assert.True(received.IsZero));
    }

    /// <summary>A buffer of the client's, and what was in it when it was used.</summary>
    private sealed record Buffer(ReadOnlyMemory<byte> Memory, byte[] Seen)
    {
        public bool IsZero => !Whole().AsSpan().ContainsAnyExcept((byte)0);

        private byte[] Whole() => MemoryMarshal.TryGetArray(Memory, out var segment) ? segment.Array! : throw new InvalidOperationException("Not an array.");
    }

    private sealed class Buffers
    {
        public List<Buffer> Sent { get; } = [];

        public List<Buffer> Received { get; } = [];
    }

    /// <summary>The transport, with an eye on the memory that bodies are written from and read into.</summary>
    private sealed class Spy(HttpPipelineTransport inner, Buffers buffers) : HttpPipelineTransport
    {
        public override Request CreateRequest() => inner.CreateRequest();

        public override void Process(HttpMessage message) => throw new NotSupportedException();

        public override async ValueTask ProcessAsync(HttpMessage message)
        {
            if (message.Request.Content is { } content)
            {
                await using var sent = new Noting(buffers);
                await content.WriteToAsync(sent, Token);
            }

            await inner.ProcessAsync(message);
            if (message.HasResponse && message.Response.ContentStream is { } stream)
            {
                message.Response.ContentStream = new Listening(stream, buffers);
            }
        }
    }

    private sealed class Noting(Buffers buffers) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffers.Sent.Add(new Buffer(buffer, buffer.ToArray()));
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Listening(Stream inner, Buffers buffers) : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            buffers.Received.Add(new Buffer(buffer, buffer[..read].ToArray()));
            return read;
        }

        public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
            => await ReadAsync(buffer.AsMemory(offset, count), cancellationToken);

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>A few bytes, and then the connection is gone.</summary>
    private sealed class Breaking : MemoryStream
    {
        private bool begun;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (begun)
            {
                throw new IOException("The connection broke.");
            }

            begun = true;
            buffer.Span[..5].Fill((byte)'s');
            return ValueTask.FromResult(5);
        }
    }
}
