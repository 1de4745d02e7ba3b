using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;

namespace EncryptionService.Service.Keys.Vault;

/// <summary>How the client behaves towards a vault that is slow, busy, or not the vault. Longer outages are waited for by the start, not here.</summary>
internal sealed class KeyVaultClientOptions : ClientOptions, IDisposable
{
    private readonly HttpClient http;

    /// <summary>Three attempts, at most ten seconds each to the first byte of the answer; no redirects, no cookies.</summary>
    /// <param name="trust">Whom certificates are trusted from; null: whom this machine trusts.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The HttpClient takes the handler over.")]
    public KeyVaultClientOptions(X509ChainPolicy? trust = null)
    {
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // a vault does not move; whoever says that it did gets no second request
            UseCookies = false,
            MaxResponseHeadersLength = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // names are resolved anew: a private endpoint may come later
            SslOptions = { CertificateChainPolicy = trust },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        Transport = new HttpClientTransport(http);
        Retry.MaxRetries = 2;
        Retry.Delay = TimeSpan.FromMilliseconds(500);
        Retry.MaxDelay = KeyVaultRetryPolicy.LongestWait;
        Retry.NetworkTimeout = TimeSpan.FromSeconds(10);
        Diagnostics.IsLoggingEnabled = false;
        Diagnostics.IsLoggingContentEnabled = false;
        Diagnostics.ApplicationId = "encryption-service";
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}
