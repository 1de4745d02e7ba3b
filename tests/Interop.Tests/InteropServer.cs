using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(EncryptionService.Interop.Tests.InteropServer))]

namespace EncryptionService.Interop.Tests;

/// <summary>A Kestrel host on a free loopback port, HTTP/2 without TLS, that serves <see cref="InteropService"/>.</summary>
public sealed class InteropServer : IAsyncLifetime
{
    private readonly WebApplication app;

    public InteropServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddGrpc(options =>
        {
            options.ResponseCompressionAlgorithm = "gzip";
            options.ResponseCompressionLevel = CompressionLevel.Fastest;
            options.CompressionProviders.Add(new GzipProvider());
        });
        app = builder.Build();
        app.MapGrpcService<InteropService>();
    }

    /// <summary>"http://127.0.0.1:port"</summary>
    public Uri Address { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await app.StartAsync(TestContext.Current.CancellationToken);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        Address = new Uri(addresses!.Addresses.Single());
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
