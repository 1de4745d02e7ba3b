using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>A certificate authority for one test. Its file is what a process has to trust.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 certificate;

    public CertificateAuthority(string folder, string name = "Test authority", DateTimeOffset? until = null)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = TimeProvider.System.GetUtcNow();
        certificate = request.CreateSelfSigned(now.AddYears(-1), until ?? now.AddYears(1));
        Directory.CreateDirectory(folder);
        File = Path.Combine(folder, "authority.pem");
        System.IO.File.WriteAllText(File, certificate.ExportCertificatePem() + "\n");
    }

    public string File { get; }

    /// <summary>A server's certificate.</summary>
    public X509Certificate2 Issue(string host, DateTimeOffset from, DateTimeOffset until)
    {
        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(certificate, true, false));
        var generator = X509SignatureGenerator.CreateForECDsa(key);
        using var issued = request.Create(certificate.SubjectName, generator, from, until, RandomNumberGenerator.GetBytes(16));
        return issued.CopyWithPrivateKey(serverKey);
    }

    public void Dispose()
    {
        certificate.Dispose();
        key.Dispose();
    }
}
