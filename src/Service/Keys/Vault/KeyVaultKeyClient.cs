using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Keys.Vault;

/// <summary>The few operations on keys of one vault that the service needs, over Key Vault's REST protocol (docs/spec/keys.md, section 3).</summary>
/// <remarks>
/// Shaped like the vendor's own clients for keys and for cryptography, which can take its place where they can be had. Bodies hold key bytes: they are kept in pinned
/// memory that is zeroed, the pipeline neither buffers nor logs them. Every method throws <see cref="KeyUnavailableException"/> for whatever keeps the vault from
/// doing its work; <see cref="KeyUnavailableException.Passes"/> says whether waiting helps.
/// </remarks>
internal sealed class KeyVaultKeyClient
{
    /// <summary>The version of the protocol.</summary>
    public const string ApiVersion = "7.6";

    /// <summary>The longest that a call takes, whatever happens in it: token, tries, waits and body.</summary>
    public static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(2);

    private const int MaxAnswer = 32 * 1024;
    private const int LongestVersion = 64;

    private readonly Uri vault;
    private readonly TimeProvider time;
    private readonly HttpPipeline pipeline;

    /// <summary>A client for the vault of the options. Nothing is asked of it yet.</summary>
    /// <param name="options">The vault.</param>
    /// <param name="credential">Who this service is.</param>
    /// <param name="client">Attempts, waits, time-outs and transport.</param>
    /// <param name="time">The clock for the end of a call.</param>
    public KeyVaultKeyClient(IOptions<KeyOptions> options, TokenCredential credential, KeyVaultClientOptions client, TimeProvider time)
    {
        this.time = time;
        vault = options.Value.VaultUrl ?? throw new InvalidOperationException("Keys:VaultUrl is not set.");
        client.RetryPolicy ??= new KeyVaultRetryPolicy(client.Retry, time);
        pipeline = HttpPipelineBuilder.Build(client, new KeyVaultChallengePolicy(new TimedCredential(credential, vault, time)));
    }

    /// <summary>The public half of a key.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version; empty: the newest.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<VaultKey> GetKeyAsync(string name, string version, CancellationToken cancellationToken)
    {
        var address = new Uri(vault, version.Length == 0 ? $"/keys/{name}" : $"/keys/{name}/{version}");
        var answer = await SendAsync(RequestMethod.Get, address, "get", null, cancellationToken);
        try
        {
            var key = VaultAnswers.ReadKey(answer.Memory) ?? throw VaultFault.Nonsense(address, "something that is no key");
            return IsOurs(key.Id, name, version) ? key : throw VaultFault.Nonsense(address, "another key");
        }
        finally
        {
            answer.Dispose();
        }
    }

    /// <summary>Wraps a key with a version of the wrapping key.</summary>
    public Task<byte[]> WrapKeyAsync(Uri key, ReadOnlyMemory<byte> algorithm, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
        => DoAsync(key, "wrapkey", algorithm, value, cancellationToken);

    /// <summary>Unwraps a key. The caller zeroes the result, which is pinned.</summary>
    /// <exception cref="CryptographicException">The vault says that the wrapped key does not open.</exception>
    public Task<byte[]> UnwrapKeyAsync(Uri key, ReadOnlyMemory<byte> algorithm, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
        => DoAsync(key, "unwrapkey", algorithm, value, cancellationToken);

    /// <summary>Signs a digest.</summary>
    public Task<byte[]> SignAsync(Uri key, ReadOnlyMemory<byte> algorithm, ReadOnlyMemory<byte> digest, CancellationToken cancellationToken)
        => DoAsync(key, "sign", algorithm, digest, cancellationToken);

    /// <summary>Puts tags in place of those that a version has. Tags are no secret.</summary>
    public async Task UpdateTagsAsync(Uri key, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["tags"] = new JsonObject(tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))) });
        using var content = RequestContent.Create(body);
        using var answer = await SendAsync(RequestMethod.Patch, key, "update", content, cancellationToken);
    }

    /// <summary>Whether an id names a version of a key of this vault, and of no other; letter by letter, so that it can be used as an address.</summary>
    public bool IsOurs(string id, string name, string version = "")
    {
        var key = new Uri(vault, $"/keys/{name}/").AbsoluteUri;
        return id.StartsWith(key, StringComparison.OrdinalIgnoreCase)
            && id[key.Length..] is { Length: > 0 and <= LongestVersion } itsVersion && itsVersion.All(char.IsAsciiLetterOrDigit)
            && (version.Length == 0 || itsVersion == version);
    }

    private async Task<byte[]> DoAsync(Uri key, string operation, ReadOnlyMemory<byte> algorithm, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        using var content = new SecretContent(algorithm.Span, value.Span);
        var answer = await SendAsync(RequestMethod.Post, new Uri($"{key.AbsoluteUri}/{operation}"), operation, content, cancellationToken, key);
        try
        {
            if (!VaultAnswers.TryReadResult(answer.Memory.Span, out var keyId, out var result))
            {
                throw VaultFault.Nonsense(key, "something that is no result");
            }

            if (string.Equals(keyId, key.AbsoluteUri, StringComparison.OrdinalIgnoreCase))
            {
                return result;
            }

            CryptographicOperations.ZeroMemory(result);
            throw VaultFault.Nonsense(key, "the work of another key");
        }
        finally
        {
            answer.Dispose();
        }
    }

    private async Task<PinnedBytes> SendAsync(
        RequestMethod method, Uri address, string operation, RequestContent? content, CancellationToken cancellationToken, Uri? key = null)
    {
        using var message = pipeline.CreateMessage();
        message.BufferResponse = false; // the pipeline's buffer would not be zeroed
        message.Request.Method = method;
        message.Request.Uri.Reset(address);
        message.Request.Uri.AppendQuery("api-version", ApiVersion);
        message.Request.Headers.Add(HttpHeader.Common.JsonAccept);
        if (content is not null)
        {
            message.Request.Content = content;
            message.Request.Headers.Add(HttpHeader.Common.JsonContentType);
        }

        using var limit = new CancellationTokenSource(LongestCall, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await pipeline.SendAsync(message, either.Token);
            var bytes = await PinnedBytes.ReadAsync(message.Response.ContentStream, MaxAnswer, either.Token)
                ?? throw VaultFault.Nonsense(key ?? address, "more than any answer has");
            if (message.Response.Status == 200)
            {
                return bytes;
            }

            using (bytes)
            {
                var (code, inner) = VaultAnswers.ReadError(bytes.Memory);
                throw message.Response.Status == 400 && operation == "unwrapkey"
                    ? new CryptographicException("The vault could not unwrap.")
                    : VaultFault.OfAnswer(
                        message.Response.Status, code, inner, operation, key ?? address, KeyVaultRetryPolicy.Asked(message.Response, time.GetUtcNow()));
            }
        }
        catch (Exception exception) when (exception is not KeyUnavailableException && VaultFault.OfException(exception, vault, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }
}
