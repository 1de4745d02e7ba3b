using Azure.Core;
using Azure.Storage.Blobs;
using EncryptionService.Compliance;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Blobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace EncryptionService.Service.Tests.Ledger.Blobs;

/// <summary>A container for one test, and the ways to it.</summary>
internal sealed class BlobPlace : IDisposable
{
    private readonly AzuriteServer server;

    private BlobPlace(AzuriteServer server, Uri container)
    {
        this.server = server;
        Options.ContainerUrl = container;
        Wire = NewWire();
    }

    /// <summary>Fast: nobody waits for long in a test.</summary>
    public LedgerOptions Options { get; } = new() { BaseDelayMilliseconds = 1, MaxDelayMilliseconds = 1_000, AttemptTimeoutMilliseconds = 60_000 };

    /// <summary>The wire of every ledger that is opened here without one of its own.</summary>
    public StorageWire Wire { get; }

    /// <summary>The container, past the ledger.</summary>
    public BlobContainerClient Container => server.Container(Options.ContainerUrl!);

    public static async Task<BlobPlace> NewAsync(AzuriteFixture fixture, CancellationToken cancellationToken)
    {
        var server = await fixture.GetAsync(cancellationToken);
        return new BlobPlace(server, await server.NewContainerAsync(cancellationToken));
    }

    public StorageWire NewWire() => new(server.NewHandler());

    public BlobLedger Open(StorageWire? wire = null, TimeProvider? time = null, TokenCredential? credential = null, ILogger? logger = null)
        => BlobLedger.Open(
            Options, credential ?? AzuriteServer.Credential, time ?? TimeProvider.System, logger ?? NullLogger.Instance, (wire ?? Wire).ToTransport());

    public void Dispose() => Wire.Dispose();
}
