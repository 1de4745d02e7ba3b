using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EncryptionService.AzureStandIn;

/// <summary>A certificate authority of the stand-in's own, and a server certificate under it. The authority's private key is forgotten at once.</summary>
internal sealed class TlsFiles(string folder)
{
    public string Authority => Path.Combine(folder, "ca.pem");

    public string Certificate => Path.Combine(folder, "server.pem");

    public string Key => Path.Combine(folder, "server-key.pem");

    /// <summary>Makes the three files if they are missing, or not for this host, and loads the server's certificate.</summary>
    public X509Certificate2 Open(string host, TimeProvider time)
    {
        if (File.Exists(Key))
        {
            var found = Load();
            if (found.MatchesHostname(host) && found.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime.AddDays(1))
            {
                return found;
            }

            found.Dispose();
        }

        Create(host, time);
        return Load();
    }

    private X509Certificate2 Load() => X509Certificate2.CreateFromPemFile(Certificate, Key);

    private void Create(string host, TimeProvider time)
    {
        var from = time.GetUtcNow().AddDays(-1);
        var until = from.AddYears(1);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Stand-in test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, false));
        using var authority = authorityRequest.CreateSelfSigned(from, until);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        request.CertificateExtensions.Add(Names(host));
        using var certificate = request.Create(authority, from, until, RandomNumberGenerator.GetBytes(16));

        File.WriteAllText(Authority, authority.ExportCertificatePem() + "\n");
        File.WriteAllText(Certificate, certificate.ExportCertificatePem() + "\n");
        OwnFiles.Write(Key, System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
    }

    private static X509Extension Names(string host)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in new[] { "localhost", "host.docker.internal", host }.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            names.AddDnsName(name);
        }

        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        return names.Build();
    }
}
