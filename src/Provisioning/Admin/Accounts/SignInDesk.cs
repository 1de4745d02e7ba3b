using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>How a sign-in went.</summary>
internal enum SignInVerdict
{
    /// <summary>Signed in.</summary>
    SignedIn,

    /// <summary>Not signed in. Neither caller nor page is told whether the account, the password, the code or a lock is the reason.</summary>
    Refused,

    /// <summary>Too many wait already.</summary>
    Busy,
}

/// <summary>Checks e-mail address, password and code, and locks accounts at which somebody guesses (docs/spec/panel.md, section 2).</summary>
internal sealed partial class SignInDesk(
    CoreStore store, Passwords passwords, TotpSecrets secrets, SessionBook sessions, AuditTrail audit, TimeProvider time, ILogger<SignInDesk> logger)
{
    /// <summary>Signs somebody in: (1) the account, (2) the password, outside any transaction, (3) lock, code and session in one.</summary>
    /// <param name="email">What was typed.</param>
    /// <param name="password">What was typed.</param>
    /// <param name="code">A code of the app, or a recovery code.</param>
    /// <param name="visitor">Where from.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The token for the cookie comes with <see cref="SignInVerdict.SignedIn"/> only.</returns>
    public async Task<(SignInVerdict Verdict, string? Token)> SignInAsync(string email, string password, string code, Visitor visitor, CancellationToken cancellationToken)
    {
        // What no account can have is nobody's, and no database is asked for it.
        var key = EmailAddress.IsPlain(email.Trim()) ? Folding.Fold(email.Trim()) : "";
        var found = await store.ReadAsync( // (1)
            db => db.Administrators.Where(row => row.EmailKey == key).Select(row => new { row.Id, row.PasswordHash }).SingleOrDefaultAsync(cancellationToken), cancellationToken);
        var typed = password.Length <= PasswordRules.Longest ? password : "";
        var check = await passwords.CheckAsync(found?.PasswordHash, typed, cancellationToken); // (2)
        if (check == PasswordCheck.Busy)
        {
            return (SignInVerdict.Busy, null);
        }

        if (found is null)
        {
            return (SignInVerdict.Refused, null);
        }

        var token = await store.WriteAsync( // (3)
            async db =>
            {
                // Sets what is there already: attempts at one account come one after the other from here on, and later ones see the lock.
                await db.Administrators.Where(row => row.Id == found.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Failures, row => row.Failures), cancellationToken);
                return await db.Administrators.SingleOrDefaultAsync(row => row.Id == found.Id, cancellationToken) is { } row
                    ? await DecideAsync(db, row, check != PasswordCheck.Wrong && row.PasswordHash == found.PasswordHash, code.Trim(), visitor, cancellationToken)
                    : null;
            },
            cancellationToken);
        if (token is not null && check == PasswordCheck.RightButOutdated)
        {
            await RenewAsync(found.Id, found.PasswordHash, typed, cancellationToken);
        }

        return token is null ? (SignInVerdict.Refused, null) : (SignInVerdict.SignedIn, token);
    }

    /// <summary>Parameters were raised since: the password is at hand only now. After everything was decided, so that the time it takes tells a stranger nothing.</summary>
    private async Task RenewAsync(string id, string outdated, string password, CancellationToken cancellationToken)
    {
        if (await passwords.HashAsync(password, cancellationToken) is { } renewed)
        {
            var text = renewed.ToString();
            await store.WriteAsync(
                db => db.Administrators.Where(row => row.Id == id && row.PasswordHash == outdated)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, text), cancellationToken),
                cancellationToken);
        }
    }

    private async Task<string?> DecideAsync(
        CoreDb db, AdministratorRow row, bool passwordFits, string code, Visitor visitor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (row.LockedUntil > now)
        {
            return null;
        }

        var used = passwordFits ? await UseAsync(db, row, code, now, cancellationToken) : null;
        if (used is null)
        {
            if (LockOut.Count(db, row, audit, now) is > 0 and var minutes)
            {
                LogLocked(logger, row.OrganizationId, row.Id, row.Failures, minutes);
            }

            return null;
        }

        row.Failures = 0;
        row.FailedAt = null;
        row.LockedUntil = null;
        row.SignedInAt = now;
        audit.Add(db, row.OrganizationId, Actor.Administrator(row.Id), "administrator.signed-in", row.Id, row.Email, $"{used}, {visitor.Client}, {visitor.Address}");
        return await sessions.AddAsync(db, row.Id, visitor, cancellationToken);
    }

    /// <summary>Takes a code, which is not good again then.</summary>
    /// <returns>What it was, for the audit trail; null: it is not good.</returns>
    private async Task<string?> UseAsync(CoreDb db, AdministratorRow row, string code, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (Totp.Match(secrets.Unprotect(row.TotpSecret), code, now, row.TotpStep) is { } step)
        {
            row.TotpStep = step;
            return "with a code of the app";
        }

        return RecoveryCodes.HashOf(code) is { } hash
            && await db.RecoveryCodes.Where(kept => kept.AdministratorId == row.Id && kept.Hash == hash).ExecuteDeleteAsync(cancellationToken) == 1
            ? "with a recovery code"
            : null;
    }

    [LoggerMessage(EventId = 1800, Level = LogLevel.Warning, Message = "Administrator {Administrator} of {Organization} is locked for {Minutes} min after {Failures} failed sign-ins")]
    private static partial void LogLocked(ILogger logger, string organization, string administrator, int failures, int minutes);
}
