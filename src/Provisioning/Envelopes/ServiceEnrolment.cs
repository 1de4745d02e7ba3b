using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Envelopes;

/// <summary>What the tables say to an enrolment.</summary>
internal enum EnrolmentVerdict
{
    /// <summary>Taken.</summary>
    Enrolled,

    /// <summary>There is no such organization.</summary>
    NoOrganization,

    /// <summary>The token is unknown, or of another organization.</summary>
    TokenUnknown,

    /// <summary>The token is expired.</summary>
    TokenExpired,

    /// <summary>Another identity used the token.</summary>
    TokenUsed,

    /// <summary>There is no token, and the identity is not the enrolled one.</summary>
    NotEnrolled,

    /// <summary>The certificate is by another organization key than the one that members pin.</summary>
    OtherOrganizationKey,

    /// <summary>The identity is older than the enrolled one.</summary>
    Outdated,

    /// <summary>The identity signed it before the one that was taken last.</summary>
    Overtaken,
}

/// <summary>Writes down who speaks for an organization (docs/spec/core.md, section 2).</summary>
internal sealed class ServiceEnrolment(CoreStore store, AuditTrail audit, TimeProvider time)
{
    /// <summary>A refusal in words, for the administrator.</summary>
    public static string Words(EnrolmentVerdict verdict) => verdict switch
    {
        EnrolmentVerdict.TokenExpired => "The enrolment token is expired.",
        EnrolmentVerdict.TokenUsed => "The enrolment token was used by another service.",
        EnrolmentVerdict.NotEnrolled => "There is no enrolment token, and this service is not the enrolled one.",
        EnrolmentVerdict.OtherOrganizationKey => "The organization has another organization key. Members pin it, so that it never changes unseen.",
        EnrolmentVerdict.Outdated => "A newer identity is enrolled: an identity that follows another needs a higher Service:IdentityGeneration.",
        EnrolmentVerdict.Overtaken => "This service signed a later enrolment, which was taken already: this one is a repeat, or its clock was set back.",
        _ => "The enrolment token is unknown.",
    };

    /// <summary>Takes an enrolment whose signatures, times and address were checked.</summary>
    public async Task<EnrolmentVerdict> EnrolAsync(Enrolment claims, IdentityCertificate certificate, Uri address, CancellationToken cancellationToken)
    {
        // A stranger can make keys, but not a write: that would take the turn of everybody else's on SQLite.
        var verdict = await store.ReadAsync(
            async db => await db.Organizations.AnyAsync(row => row.Id == claims.Organization.Value, cancellationToken)
                ? (await CheckAsync(db, claims, certificate, cancellationToken)).Verdict
                : EnrolmentVerdict.NoOrganization,
            cancellationToken);
        return verdict == EnrolmentVerdict.Enrolled ? await TryTakeAsync(claims, certificate, address, cancellationToken) : verdict;
    }

    private Task<EnrolmentVerdict> TryTakeAsync(Enrolment claims, IdentityCertificate certificate, Uri address, CancellationToken cancellationToken) => store.WriteAsync(
        async db =>
        {
            var organization = claims.Organization.Value;

            // Sets what is there already: the row is held until the end, so that two enrolments of one organization come one after the other.
            if (await db.Organizations.Where(row => row.Id == organization).ExecuteUpdateAsync(set => set.SetProperty(row => row.Name, row => row.Name), cancellationToken) == 0)
            {
                return EnrolmentVerdict.NoOrganization;
            }

            var (verdict, service) = await CheckAsync(db, claims, certificate, cancellationToken);
            if (verdict == EnrolmentVerdict.Enrolled)
            {
                await TakeAsync(db, service, claims, certificate, address, cancellationToken);
            }

            return verdict;
        },
        cancellationToken);

    private async Task<(EnrolmentVerdict Verdict, ServiceRow? Service)> CheckAsync(
        CoreDb db, Enrolment claims, IdentityCertificate certificate, CancellationToken cancellationToken)
    {
        var service = await db.Services.SingleOrDefaultAsync(row => row.OrganizationId == claims.Organization.Value, cancellationToken);
        var verdict = await CheckTokenAsync(db, claims, certificate, service, cancellationToken);
        return (verdict == EnrolmentVerdict.Enrolled ? CheckSuccession(claims, certificate, service) : verdict, service);
    }

    private static EnrolmentVerdict CheckSuccession(Enrolment claims, IdentityCertificate certificate, ServiceRow? service)
    {
        var generation = (long)certificate.Generation;
        return service is null ? EnrolmentVerdict.Enrolled
            : service.OrganizationKey != certificate.OrganizationKey.Thumbprint.ToString() ? EnrolmentVerdict.OtherOrganizationKey
            : service.Identity == certificate.Identity.Thumbprint.ToString() ? CheckRepeat(claims, generation, service)
            : generation > service.Generation ? EnrolmentVerdict.Enrolled
            : EnrolmentVerdict.Outdated;
    }

    private static EnrolmentVerdict CheckRepeat(Enrolment claims, long generation, ServiceRow service) =>
        generation < service.Generation ? EnrolmentVerdict.Outdated
        : claims.IssuedAt < service.EnrolledAt.ToUnixTimeSeconds() ? EnrolmentVerdict.Overtaken
        : EnrolmentVerdict.Enrolled;

    private async Task<EnrolmentVerdict> CheckTokenAsync(
        CoreDb db, Enrolment claims, IdentityCertificate certificate, ServiceRow? service, CancellationToken cancellationToken)
    {
        var identity = certificate.Identity.Thumbprint.ToString();
        if (claims.Token is not { } token)
        {
            return service?.Identity == identity ? EnrolmentVerdict.Enrolled : EnrolmentVerdict.NotEnrolled;
        }

        var hash = OneTimeSecret.HashOf(token);
        var row = await db.EnrolmentTokens.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Hash == hash && row.OrganizationId == claims.Organization.Value, cancellationToken);
        return row is null ? EnrolmentVerdict.TokenUnknown
            : row.Identity == identity ? EnrolmentVerdict.Enrolled // a lost reply locks nobody out
            : row.Identity is not null ? EnrolmentVerdict.TokenUsed
            : row.ExpiresAt <= time.GetUtcNow() ? EnrolmentVerdict.TokenExpired
            : EnrolmentVerdict.Enrolled;
    }

    private async Task TakeAsync(
        CoreDb db, ServiceRow? service, Enrolment claims, IdentityCertificate certificate, Uri address, CancellationToken cancellationToken)
    {
        var organization = claims.Organization.Value;
        var identity = certificate.Identity.Thumbprint.ToString();
        var now = time.GetUtcNow();
        if (claims.Token is { } token)
        {
            var hash = OneTimeSecret.HashOf(token);
            await db.EnrolmentTokens.Where(row => row.Hash == hash).ExecuteUpdateAsync(set => set.SetProperty(row => row.Identity, identity), cancellationToken);
        }

        await KeepCertificateAsync(db, organization, identity, certificate, cancellationToken);
        await ReplicaBook.EnterAsync(db, claims, identity, now, cancellationToken);
        if (service is null)
        {
            db.Services.Add(Row(claims, certificate, address, now));
            audit.Add(db, organization, Actor.Service, "service.enrolled", identity, detail: $"generation {certificate.Generation}, {address.Authority}");
            return;
        }

        var callKey = claims.CallKey.ToJson();
        if (service.Identity != identity)
        {
            audit.Add(db, organization, Actor.Service, "service.identity-replaced", identity, detail: $"generation {certificate.Generation}, {address.Authority}");
        }
        else if (service.Address != address.AbsoluteUri || service.CallKey != callKey || service.Version != claims.Version)
        {
            audit.Add(db, organization, Actor.Service, "service.changed", identity, detail: $"{address.Authority}, version {claims.Version}");
        }

        service.Identity = identity;
        service.Generation = (long)certificate.Generation;
        service.CallKey = callKey;
        service.Address = address.AbsoluteUri;
        service.Version = claims.Version;
        service.RevisionName = claims.RevisionName;
        service.EnrolledAt = DateTimeOffset.FromUnixTimeSeconds(claims.IssuedAt);
        service.LastContactAt = now;
        service.DispatchAfter = null;
        service.Failures = 0;
        service.Problem = null;
    }

    private static async Task KeepCertificateAsync(
        CoreDb db, string organization, string identity, IdentityCertificate certificate, CancellationToken cancellationToken)
    {
        var known = await db.Certificates.SingleOrDefaultAsync(row => row.OrganizationId == organization && row.Identity == identity, cancellationToken);
        if (known?.Certificate == certificate.Jws.Compact)
        {
            return;
        }

        if (known is not null)
        {
            db.Certificates.Remove(known);
            await db.SaveChangesAsync(cancellationToken);
        }

        db.Certificates.Add(new CertificateRow
        {
            OrganizationId = organization,
            Identity = identity,
            Generation = (long)certificate.Generation,
            Certificate = certificate.Jws.Compact,
        });
    }

    private static ServiceRow Row(Enrolment claims, IdentityCertificate certificate, Uri address, DateTimeOffset now) => new()
    {
        OrganizationId = claims.Organization.Value,
        Identity = certificate.Identity.Thumbprint.ToString(),
        OrganizationKey = certificate.OrganizationKey.Thumbprint.ToString(),
        Generation = (long)certificate.Generation,
        CallKey = claims.CallKey.ToJson(),
        Address = address.AbsoluteUri,
        Version = claims.Version,
        RevisionName = claims.RevisionName,
        EnrolledAt = DateTimeOffset.FromUnixTimeSeconds(claims.IssuedAt),
        LastContactAt = now,
    };
}
