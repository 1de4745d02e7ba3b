using EncryptionService.Provisioning.Database;

namespace EncryptionService.Provisioning.Directory;

/// <summary>Writes down who did what, in the transaction that did it.</summary>
internal sealed class AuditTrail(TimeProvider time)
{
    /// <summary>Adds a line.</summary>
    /// <param name="db">The transaction's context.</param>
    /// <param name="organization">Organization.</param>
    /// <param name="actor">Who.</param>
    /// <param name="action">What, e.g. <c>member.suspended</c>.</param>
    /// <param name="subject">Id of whom or what it happened to.</param>
    /// <param name="name">The subject's name now, for people.</param>
    /// <param name="detail">Anything more, for people; never a secret.</param>
    public void Add(CoreDb db, string organization, Actor actor, string action, string subject, string? name = null, string? detail = null) =>
        db.Audit.Add(new AuditRow
        {
            OrganizationId = organization,
            At = time.GetUtcNow(),
            Actor = actor.Name,
            Action = action,
            Subject = subject,
            Name = name,
            Detail = detail,
        });
}
