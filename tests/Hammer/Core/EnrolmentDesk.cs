using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EncryptionService.Formats;
using EncryptionService.Hammer.Report;

namespace EncryptionService.Hammer.Core;

/// <summary>The service as it enrolled.</summary>
/// <param name="Certificate">The identity certificate, verified under the organization key of the first enrolment.</param>
/// <param name="CertificateText">The same as it came.</param>
/// <param name="CallKey">The service's call key.</param>
/// <param name="Address">Where the gRPC door is.</param>
internal sealed record EnrolledService(IdentityCertificate Certificate, string CertificateText, SigningJwk CallKey, Uri Address)
{
    public Thumbprint Identity => Certificate.Identity.Thumbprint;
}

/// <summary>Takes enrolments (core.md, section 2). The organization key of the first one is pinned for the run.</summary>
internal sealed class EnrolmentDesk(OrganizationId organization, string coreId, string token, TimeProvider time, Faults faults)
{
    private readonly TaskCompletionSource enrolled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile EnrolledService? service;

    /// <summary>Enrolments taken.</summary>
    public int Taken { get; private set; }

    /// <summary>Thumbprint of the organization key, once the service has enrolled.</summary>
    public Thumbprint Pinned { get; private set; }

    /// <summary>The service as it enrolled last, or null.</summary>
    public EnrolledService? Service => service;

    /// <summary>Completes with the first enrolment.</summary>
    public Task Enrolled => enrolled.Task;

    /// <summary>HTTP status of the answer to an enrolment.</summary>
    public int Take(ReadOnlyMemory<byte> body)
    {
        lock (enrolled)
        {
            if (!TryRead(body, out var next, out var document, out var problem))
            {
                faults.Add($"An enrolment was refused: {problem}.");
                return 403;
            }

            if (document.Token is null ? service is null : document.Token != token)
            {
                faults.Add("An enrolment came with a wrong token, or without one before the first.");
                return 403;
            }

            Pinned = next.Certificate.OrganizationKey.Thumbprint;
            service = next;
            Taken++;
            enrolled.TrySetResult();
            return 200;
        }
    }

    private bool TryRead(
        ReadOnlyMemory<byte> body, [NotNullWhen(true)] out EnrolledService? read, [NotNullWhen(true)] out Enrolment? document, out string problem)
    {
        read = null;
        document = null;
        var compact = JsonSerializer.Deserialize(body.Span, CoreJson.Default.EnrolmentBody)?.Enrolment;
        if (!Enrolment.TryParse(compact, out document, out problem))
        {
            return false;
        }

        if (!IdentityCertificate.TryParse(document.Certificate, out var certificate, out problem))
        {
            problem = $"certificate {problem}";
            return false;
        }

        var pin = service is null ? certificate.OrganizationKey.Thumbprint : Pinned;
        problem = !document.VerifiedBy(certificate.Identity) ? "not signed by the identity"
            : !certificate.VerifiedUnder(pin, organization) ? "the certificate does not verify under the pinned organization key"
            : document.Organization != organization ? "another organization"
            : document.Audience != coreId ? "another core"
            : !document.IsTimely(time.GetUtcNow(), out var late) ? late
            : service is { } known && known.Identity != certificate.Identity.Thumbprint ? "another identity"
            : !Uri.TryCreate(document.Address, UriKind.Absolute, out var address) || !address.IsLoopback ? $"the address {document.Address} is not on loopback"
            : "";
        read = problem.Length == 0 ? new EnrolledService(certificate, document.Certificate, document.CallKey, new Uri(document.Address)) : null;
        return read is not null;
    }
}
