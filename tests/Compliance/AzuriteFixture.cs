using Xunit;

namespace EncryptionService.Compliance;

/// <summary>The one storage of a test program, started when the first test asks for it. Without node its tests skip, and say so.</summary>
public sealed class AzuriteFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private AzuriteServer? server;
    private string? whyNot;

    /// <summary>The storage.</summary>
    internal async Task<AzuriteServer> GetAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (server is null && (whyNot ??= await AzuriteServer.WhyNotAsync(cancellationToken)) is null)
            {
                server = await AzuriteServer.StartAsync(CancellationToken.None);
            }
        }
        finally
        {
            gate.Release();
        }

        Assert.SkipWhen(server is null, whyNot ?? "");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        gate.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }
}
