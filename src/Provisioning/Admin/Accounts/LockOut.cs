using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;

namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>Counts failures of an account and locks it: five are free, then 1, 2, 4 … at most 60 minutes (docs/spec/panel.md, section 2).</summary>
internal static class LockOut
{
    /// <summary>Failures before the first lock, that one included.</summary>
    public const int FreeFailures = 5;

    /// <summary>After this time without a failure, counted from the end of a lock, the count begins anew.</summary>
    public static readonly TimeSpan Forgets = TimeSpan.FromMinutes(15);

    private const int LongestMinutes = 60;

    /// <summary>One more failure.</summary>
    /// <returns>Minutes of the lock that it brought; 0: none.</returns>
    public static int Count(CoreDb db, AdministratorRow row, AuditTrail audit, DateTimeOffset now)
    {
        var last = row.LockedUntil > row.FailedAt ? row.LockedUntil : row.FailedAt;
        row.Failures = last is null || now - last > Forgets ? 1 : Math.Min(row.Failures + 1, 1_000);
        row.FailedAt = now;
        if (row.Failures < FreeFailures)
        {
            return 0;
        }

        var minutes = Math.Min(LongestMinutes, 1 << Math.Min(row.Failures - FreeFailures, 10));
        row.LockedUntil = now.AddMinutes(minutes);
        audit.Add(db, row.OrganizationId, Actor.System, "administrator.locked", row.Id, row.Email, $"{row.Failures} failed sign-ins, locked for {minutes} min");
        return minutes;
    }
}
