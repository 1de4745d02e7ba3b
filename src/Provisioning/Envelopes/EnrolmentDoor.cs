using EncryptionService.Formats;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Doors;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Envelopes;

/// <summary>What a service gets to hear when it is enrolled: who took it.</summary>
internal sealed record EnrolmentAnswer(string Core);

/// <summary>Enrols services (docs/spec/core.md, section 2). Everything that needs no table is checked here.</summary>
internal sealed partial class EnrolmentDoor(
    ServiceEnrolment enrolment, CallTokens tokens, WrongTokenLimiter limiter, OutboxBell bell, IOptions<ProvisioningOptions> options, TimeProvider time, ILogger<EnrolmentDoor> logger)
{
    private const int MostBytes = 64 * 1024;

    /// <summary>Answers one enrolment.</summary>
    public async Task<Answer> AnswerAsync(HttpContext context)
    {
        if (!OrganizationId.TryParse(context.Request.RouteValues["org"] as string, out var organization))
        {
            return Answer.NotFound;
        }

        var (body, refusal) = await RequestBody.ReadAsync(context, MostBytes);
        if (refusal is not null)
        {
            return refusal;
        }

        if (!TryRead(body, out var claims, out var problem))
        {
            return Answer.Malformed(problem);
        }

        // The key that signs the call is the one that the identity signs for: a proof that the service holds that one, too.
        if (!CallTokens.TryRead(context.Request, out var token, out var reason)
            || (reason = tokens.WhyNot(token, claims.CallKey, organization.Value, context.Request) ?? (CallTokens.IsBoundTo(token, body) ? "" : "another request")).Length > 0)
        {
            LogRefused(logger, organization.Value, reason);
            return Answer.Unauthorized;
        }

        return await EnrolAsync(organization, claims, context);
    }

    private static bool TryRead(byte[] body, out Enrolment claims, out string problem)
    {
        claims = null!;
        if (!StrictJson.TryRead(body, out var json, out problem))
        {
            return false;
        }

        var text = json.Text("enrolment", JwsTypes.MaxJws);
        if (!json.TryFinish(out problem))
        {
            return false;
        }

        var read = Enrolment.TryParse(text, out var parsed, out problem);
        claims = parsed!;
        return read;
    }

    private async Task<Answer> EnrolAsync(OrganizationId organization, Enrolment claims, HttpContext context)
    {
        if (WhyNot(organization, claims, out var certificate, out var address) is { } problem)
        {
            LogRefused(logger, organization.Value, problem);
            return Answer.Problem(StatusCodes.Status400BadRequest, "enrolment-invalid", "The enrolment is not as it must be.", $"{char.ToUpperInvariant(problem[0])}{problem[1..]}.");
        }

        var verdict = await enrolment.EnrolAsync(claims, certificate!, address!, context.RequestAborted);
        if (verdict == EnrolmentVerdict.Enrolled)
        {
            bell.Ring();
            return Answer.Json(new EnrolmentAnswer(options.Value.CoreId), PostContext.Default.EnrolmentAnswer);
        }

        LogForbidden(logger, organization.Value, verdict);
        return verdict is EnrolmentVerdict.TokenUnknown or EnrolmentVerdict.NotEnrolled && limiter.Wrong(context.Connection.RemoteIpAddress) is { } wait ? Answer.TooMany(wait)
            : verdict == EnrolmentVerdict.NoOrganization ? Answer.NotFound
            : Answer.Problem(StatusCodes.Status403Forbidden, "enrolment-forbidden", ServiceEnrolment.Words(verdict), "Download a fresh configuration and deploy it over this one, with the same parameters as before.");
    }

    private string? WhyNot(OrganizationId organization, Enrolment claims, out IdentityCertificate? certificate, out Uri? address)
    {
        address = null;
        return !IdentityCertificate.TryParse(claims.Certificate, out certificate, out var error) ? $"the certificate {error}"
            : !certificate.VerifiedUnder(certificate.OrganizationKey.Thumbprint, organization) ? "the certificate is not signed by the key that it carries, or is for another organization"
            : claims.Organization != organization ? "'org' is another organization"
            : !claims.VerifiedBy(certificate.Identity) ? "it is not signed by the certified identity"
            : claims.Audience != options.Value.CoreId ? $"'aud' is another core; this one is {options.Value.CoreId}"
            : claims.Version.Any(char.IsControl) || claims.RevisionName.Any(char.IsControl) ? "'ver' and 'revn' must be plain text"
            : !claims.IsTimely(time.GetUtcNow(), out error) ? $"{error}; compare the clocks"
            : ServiceAddress.TryParse(claims.Address, options.Value.AllowLocalServices, out address, out error) ? null
            : error;
    }

    [LoggerMessage(EventId = 1203, Level = LogLevel.Warning, Message = "Refused an enrolment for organization {Organization}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string organization, string reason);

    [LoggerMessage(EventId = 1204, Level = LogLevel.Warning, Message = "Refused an enrolment for organization {Organization}: {Verdict}")]
    private static partial void LogForbidden(ILogger logger, string organization, EnrolmentVerdict verdict);
}
