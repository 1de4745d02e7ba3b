namespace Grpc.Core;

/// <summary>The key with which a client shows who it is, and its certificates; both PEM.</summary>
public sealed class KeyCertificatePair(string certificateChain, string privateKey)
{
    public string CertificateChain { get; } = certificateChain;
    public string PrivateKey { get; } = privateKey;
}
