using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Settings;
using Grpc.Net.Client;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Opens channels to services. Their addresses are the customers' words, so the core does not let itself be sent to its own neighbours.</summary>
internal sealed class ServiceConnector(IOptions<ProvisioningOptions> provisioning)
{
    // GetGroup answers with at most 2 MB of statements and 10,000 members.
    private const int MostBytes = 16 * 1024 * 1024;

    private bool Local => provisioning.Value.AllowLocalServices;

    /// <summary>True if this is an address that a service may have, as far as its text says; otherwise says why not.</summary>
    public bool IsAllowed(string address, [NotNullWhen(true)] out Uri? target, out string problem) =>
        ServiceAddress.TryParse(address, Local, out target, out problem);

    /// <summary>A channel: HTTP/2, no proxy, no redirects, no cookies.</summary>
    public GrpcChannel Open(Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            // A name may point elsewhere tomorrow.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            EnableMultipleHttp2Connections = true,
            ConnectCallback = ConnectAsync,
        },
        DisposeHttpClient = true,
        MaxReceiveMessageSize = MostBytes,
    });

    /// <summary>Resolves and connects in one place, so that the address that was checked is the address that is called.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        if (!Local && !Array.TrueForAll(addresses, ServiceAddress.IsPublic))
        {
            throw new HttpRequestException("The service's address leads to a private network.");
        }

        Socket? socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            var stream = new NetworkStream(socket, ownsSocket: true);
            socket = null;
            return stream;
        }
        finally
        {
            socket?.Dispose();
        }
    }
}
