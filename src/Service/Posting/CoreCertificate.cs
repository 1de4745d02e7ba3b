using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EncryptionService.Service.Posting;

/// <summary>What is wrong with the certificate that the core shows: whose it is, since when, and who can do something. Judges nothing.</summary>
internal static class CoreCertificate
{
    private const int MostText = 100;

    /// <summary>One phrase, without a full stop.</summary>
    /// <param name="host">The host of <c>Core:Url</c>.</param>
    /// <param name="shown">The certificate, if there was one.</param>
    /// <param name="chain">The chain that was tried.</param>
    /// <param name="errors">The system's verdict; not <see cref="SslPolicyErrors.None"/>.</param>
    /// <param name="now">The time.</param>
    public static string Describe(string host, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors, DateTimeOffset now)
    {
        if (shown is null)
        {
            return "it shows no certificate";
        }

        var elements = chain?.ChainElements.ToList() ?? [];
        var late = elements.FirstOrDefault(element => element.ChainElementStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)));
        if (late is not null)
        {
            return Late(host, late.Certificate, isTheCores: late == elements[0], now);
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the certificate that it shows ({Plain(shown.Subject)}) is not made out to {host}; check Core:Url";
        }

        var faults = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status) ?? X509ChainStatusFlags.NoError;
        return (faults & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0
            ? $"its certificate ({Plain(shown.Subject)}) is issued by {Plain(shown.Issuer)}, which this machine does not trust; check Core:Url, or whatever inspects TLS on the way"
            : $"its certificate ({Plain(shown.Subject)}) is not accepted: {faults}";
    }

    private static string Late(string host, X509Certificate2 certificate, bool isTheCores, DateTimeOffset now)
    {
        var whose = isTheCores ? $"the certificate of {host} ({Plain(certificate.Subject)})" : $"the certificate of the authority {Plain(certificate.Subject)}, which vouches for {host},";
        var (from, until) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        return now.UtcDateTime < from
            ? $"{whose} is valid only from {Time(from)} on, and it is {Time(now.UtcDateTime)} here; check this machine's clock"
            : $"{whose} expired on {Time(until)}; whoever runs the core has to renew it";
    }

    private static string Time(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>The server chose this text.</summary>
    private static string Plain(string text) => string.Concat(text.Take(MostText).Select(letter => letter is >= ' ' and <= '~' ? letter : '?'));
}
