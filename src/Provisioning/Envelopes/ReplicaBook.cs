using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Envelopes;

/// <summary>Which replicas of a service there are (docs/spec/operations.md, section 5). For people: nothing is decided by it.</summary>
internal static class ReplicaBook
{
    /// <summary>Most replicas that are kept for an organization.</summary>
    public const int Most = 50;

    private static readonly TimeSpan othersStay = TimeSpan.FromDays(1);
    private static readonly TimeSpan sameStay = TimeSpan.FromDays(30);

    /// <summary>Writes down the replica that enrols, and forgets those that are gone. The organization's row is held meanwhile.</summary>
    public static async Task EnterAsync(CoreDb db, Enrolment claims, string identity, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var organization = claims.Organization.Value;
        var known = await db.Replicas.Where(row => row.OrganizationId == organization).ToListAsync(cancellationToken);
        if (known.Find(row => row.Identity == identity && row.Name == claims.ReplicaName) is { } again)
        {
            known.Remove(again);
            again.RevisionName = claims.RevisionName;
            again.Version = claims.Version;
            again.EnrolledAt = now;
            again.LastContactAt = now;
        }
        else
        {
            db.Replicas.Add(new ReplicaRow
            {
                OrganizationId = organization,
                Identity = identity,
                Name = claims.ReplicaName,
                RevisionName = claims.RevisionName,
                Version = claims.Version,
                EnrolledAt = now,
                LastContactAt = now,
            });
        }

        var gone = known.Where(row => row.LastContactAt < now - (row.Identity == identity && row.RevisionName == claims.RevisionName ? sameStay : othersStay)).ToHashSet();
        gone.UnionWith(known.Except(gone).OrderByDescending(row => row.LastContactAt).Skip(Most - 1));
        db.Replicas.RemoveRange(gone);
    }
}
