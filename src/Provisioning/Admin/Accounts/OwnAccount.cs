using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>What an administrator changes about the own account. Each change wants the password again; all other sessions end.</summary>
internal sealed class OwnAccount(CoreStore store, Passwords passwords, TotpSecrets secrets, AuditTrail audit, TimeProvider time)
{
    /// <summary>One answer for everything that may be wrong.</summary>
    public const string Refusal = "Nothing was changed: password or code did not fit. After several failures the account is locked for a while.";

    /// <summary>Whether it is the administrator who sits there: for what outlives a session, such as an invitation. Changes nothing and ends nothing.</summary>
    /// <returns>False: the password is wrong, or the account is locked.</returns>
    public Task<bool> ConfirmAsync(PanelSession session, string present, CancellationToken cancellationToken) =>
        ChangeAsync(session, present, null, null, (_, _) => Task.FromResult(true), cancellationToken);

    /// <summary>A new password.</summary>
    /// <returns>False: the present password is wrong, or the account is locked.</returns>
    public Task<bool> ChangePasswordAsync(PanelSession session, string present, string next, CancellationToken cancellationToken)
    {
        PasswordHash? hash = null;
        return ChangeAsync(
            session, present, "administrator.password-changed",
            async () => (hash = await passwords.HashAsync(next, cancellationToken)) is not null,
            (_, row) =>
            {
                row.PasswordHash = hash!.ToString();
                return Task.FromResult(true);
            },
            cancellationToken);
    }

    /// <summary>Another authenticator app.</summary>
    /// <returns>False: the password or the code is wrong, or the account is locked.</returns>
    public Task<bool> ReplaceAppAsync(PanelSession session, string present, byte[] secret, string code, CancellationToken cancellationToken) => ChangeAsync(
        session, present, "administrator.app-replaced", null,
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
            session, present, "administrator.recovery-codes-replaced", null,
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

    /// <summary>(1) the lock, before any work; (2) the password, one look at a time for each account; (3) what takes long, outside the transaction; (4) all of it.</summary>
    /// <param name="session">Whose account.</param>
    /// <param name="present">The password that was typed.</param>
    /// <param name="action">For the audit trail; null: nothing changes, so that no session ends and nothing is written down.</param>
    /// <param name="prepare">What is to be done once the password was right; false gives up.</param>
    /// <param name="change">The change; false gives up.</param>
    /// <param name="cancellationToken">Stops.</param>
    private async Task<bool> ChangeAsync(
        PanelSession session, string present, string? action, Func<Task<bool>>? prepare, Func<CoreDb, AdministratorRow, Task<bool>> change, CancellationToken cancellationToken)
    {
        var stored = await store.ReadAsync(
            db => db.Administrators.Where(row => row.Id == session.Administrator).Select(row => new { row.PasswordHash, row.LockedUntil }).SingleOrDefaultAsync(cancellationToken), cancellationToken);
        if (stored is null || stored.LockedUntil > time.GetUtcNow() || !passwords.TryEnter(session.Administrator)) // (1)
        {
            return false;
        }

        try
        {
            var check = await passwords.CheckAsync(stored.PasswordHash, present.Length <= PasswordRules.Longest ? present : "", cancellationToken); // (2)
            var prepared = check is PasswordCheck.Wrong || prepare is null || (check is not PasswordCheck.Busy && await prepare()); // (3)
            return check is not PasswordCheck.Busy && prepared
                && await store.WriteAsync(db => DecideAsync(db, session, stored.PasswordHash, check, action, change, cancellationToken), cancellationToken); // (4)
        }
        finally
        {
            passwords.Leave(session.Administrator);
        }
    }

    private async Task<bool> DecideAsync(
        CoreDb db, PanelSession session, string stored, PasswordCheck check, string? action, Func<CoreDb, AdministratorRow, Task<bool>> change, CancellationToken cancellationToken)
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

        if (action is not null)
        {
            await db.AdministratorSessions.Where(other => other.AdministratorId == row.Id && other.Hash != session.Hash).ExecuteDeleteAsync(cancellationToken);
            audit.Add(db, session.Organization, session.Actor, action, row.Id, row.Email);
        }

        return true;
    }
}
