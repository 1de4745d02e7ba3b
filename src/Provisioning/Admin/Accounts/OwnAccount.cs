using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>What an administrator changes about the own account. Each change wants the password again; all other sessions end.</summary>
internal sealed class OwnAccount(CoreStore store, Passwords passwords, TotpSecrets secrets, AuditTrail audit, TimeProvider time)
{
    /// <summary>One answer for everything that may be wrong.</summary>
    public const string Refusal = "Nothing was changed: password or code did not fit. After several failures the account is locked for a while.";

    /// <summary>A new password.</summary>
    /// <returns>False: the present password is wrong, or the account is locked.</returns>
    public async Task<bool> ChangePasswordAsync(PanelSession session, string present, string next, CancellationToken cancellationToken)
    {
        // Before the transaction: nobody else waits for a hash.
        var hash = await passwords.HashAsync(next, cancellationToken);
        return hash is not null && await ChangeAsync(
            session, present, "administrator.password-changed",
            (_, row) =>
            {
                row.PasswordHash = hash.ToString();
                return Task.FromResult(true);
            },
            cancellationToken);
    }

    /// <summary>Another authenticator app.</summary>
    /// <returns>False: the password or the code is wrong, or the account is locked.</returns>
    public Task<bool> ReplaceAppAsync(PanelSession session, string present, byte[] secret, string code, CancellationToken cancellationToken) => ChangeAsync(
        session, present, "administrator.app-replaced",
        (_, row) =>
        {
            if (Totp.Match(secret, code.Trim(), time.GetUtcNow(), 0) is not { } step)
            {
                return Task.FromResult(false);
            }

            row.TotpSecret = secrets.Protect(secret);
            row.TotpStep = step;
            return Task.FromResult(true);
        },
        cancellationToken);

    /// <summary>Other recovery codes; those before are good no more.</summary>
    /// <returns>The codes, to be shown once; empty: the password is wrong, or the account is locked.</returns>
    public async Task<IReadOnlyList<string>> ReplaceRecoveryCodesAsync(PanelSession session, string present, CancellationToken cancellationToken)
    {
        var (codes, rows) = RecoveryCodes.Create(session.Administrator);
        var done = await ChangeAsync(
            session, present, "administrator.recovery-codes-replaced",
            async (db, row) =>
            {
                await db.RecoveryCodes.Where(code => code.AdministratorId == row.Id).ExecuteDeleteAsync(cancellationToken);
                db.RecoveryCodes.AddRange(rows);
                return true;
            },
            cancellationToken);
        return done ? codes : [];
    }

    /// <summary>How many recovery codes are left.</summary>
    public Task<int> CountRecoveryCodesAsync(PanelSession session, CancellationToken cancellationToken) => store.ReadAsync(
        db => db.RecoveryCodes.CountAsync(code => code.AdministratorId == session.Administrator, cancellationToken), cancellationToken);

    private async Task<bool> ChangeAsync(
        PanelSession session, string present, string action, Func<CoreDb, AdministratorRow, Task<bool>> change, CancellationToken cancellationToken)
    {
        var stored = await store.ReadAsync(
            db => db.Administrators.Where(row => row.Id == session.Administrator).Select(row => row.PasswordHash).SingleOrDefaultAsync(cancellationToken), cancellationToken);
        var check = await passwords.CheckAsync(stored, present.Length <= PasswordRules.Longest ? present : "", cancellationToken);
        return check is not PasswordCheck.Busy && await store.WriteAsync(
            async db =>
            {
                // As at a sign-in: whoever took over a session guesses no faster than a stranger.
                await db.Administrators.Where(row => row.Id == session.Administrator).ExecuteUpdateAsync(set => set.SetProperty(row => row.Failures, row => row.Failures), cancellationToken);
                var row = await db.Administrators.SingleOrDefaultAsync(row => row.Id == session.Administrator, cancellationToken);
                if (row is null || row.LockedUntil > time.GetUtcNow() || row.PasswordHash != stored)
                {
                    return false;
                }

                if (check == PasswordCheck.Wrong)
                {
                    LockOut.Count(db, row, audit, time.GetUtcNow());
                    return false;
                }

                if (!await change(db, row))
                {
                    return false;
                }

                await db.AdministratorSessions.Where(other => other.AdministratorId == row.Id && other.Hash != session.Hash).ExecuteDeleteAsync(cancellationToken);
                audit.Add(db, session.Organization, session.Actor, action, row.Id, row.Email);
                return true;
            },
            cancellationToken);
    }
}
