using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace EncryptionService.Service.Ledger.Blobs;

/// <summary>Makes the storage library's client as the ledger wants it.</summary>
internal static class BlobContainer
{
    // Not the newest that the library knows: national clouds and emulators come later, and nothing newer is needed.
    private const BlobClientOptions.ServiceVersion Version = BlobClientOptions.ServiceVersion.V2024_11_04;

    /// <summary>A client for the container. Nothing is asked of the storage yet.</summary>
    /// <param name="options">Address, attempts and time-outs.</param>
    /// <param name="credential">Who this service is.</param>
    /// <param name="transport">Something else than the library's own transport; null in the real program.</param>
    public static BlobContainerClient Open(LedgerOptions options, TokenCredential credential, HttpPipelineTransport? transport)
    {
        var client = new BlobClientOptions(Version) { RetryPolicy = new LedgerRetryPolicy(options) };
        client.Retry.NetworkTimeout = TimeSpan.FromMilliseconds(options.AttemptTimeoutMilliseconds);

        // Names hold group ids, contents are frames: neither belongs into anybody's trace of the library.
        client.Diagnostics.IsLoggingContentEnabled = false;
        client.Diagnostics.IsLoggingEnabled = false;
        client.Diagnostics.ApplicationId = "encryption-service";
        if (transport is not null)
        {
            client.Transport = transport;
        }

        return new BlobContainerClient(options.ContainerUrl, credential, client);
    }
}
