using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Invitations;

/// <summary>Mails the invitations that are due: (1) claim, (2) write, (3) send, (4) settle. A mail that fails is tried again, later and later.</summary>
internal sealed partial class Mailer(
    MailClaims claims, IMailTransport transport, IOptions<InvitationOptions> options, IOptions<ProvisioningOptions> provisioning, TimeProvider time, ILogger<Mailer> logger)
    : BackgroundService
{
    private const int MostWords = 300;

    private static readonly TimeSpan pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan pauseAfterFault = TimeSpan.FromSeconds(15);

    /// <summary>One round.</summary>
    /// <returns>How many mails were claimed.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var (taken, until) = await claims.TakeAsync(cancellationToken); // (1)
        if (taken.Count == 0)
        {
            return 0;
        }

        var outcomes = new List<MailOutcome>();
        try
        {
            string? nobodyThere = null;
            foreach (var claim in taken.TakeWhile(_ => time.GetUtcNow() + SmtpTransport.Patience < until))
            {
                // What does not answer once is not asked fifty times.
                var (problem, isUnreachable) = nobodyThere is null ? await TrySendAsync(claim, cancellationToken) : (nobodyThere, true);
                nobodyThere = isUnreachable ? problem : nobodyThere;
                outcomes.Add(new MailOutcome(claim, problem));
            }
        }
        finally
        {
            // Also when the host stops: what went out must not go out again.
            await claims.SettleAsync(outcomes, until, CancellationToken.None); // (4)
        }

        return taken.Count;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = pause;
            try
            {
                wait = await RunAsync(stoppingToken) > 0 ? TimeSpan.Zero : pause;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was: mails wait, and the host goes on.
                LogFault(logger, exception);
                wait = pauseAfterFault;
            }

            await Task.Delay(wait, time, stoppingToken);
        }
    }

    private async Task<(string? Problem, bool IsUnreachable)> TrySendAsync(MailClaim claim, CancellationToken cancellationToken)
    {
        var link = new Uri(provisioning.Value.PublicAddress, $"/join#{claim.Token}");
        using var mail = InvitationMail.Write(new MailAddress(options.Value.From), claim.To, claim.OrganizationName, link, options.Value.DaysValid, Guid.CreateVersion7(time.GetUtcNow())); // (2)
        try
        {
            await transport.SendAsync(mail, cancellationToken); // (3)
            LogSent(logger, claim.Member);
            return (null, false);
        }
        catch (SmtpException exception)
        {
            // The server's words may hold the address; they are for the administrator, not for the log.
            LogNotSent(logger, claim.Member, exception.StatusCode.ToString());
            return ($"the mail server said {(int)exception.StatusCode}: {Short(exception)}", IsUnreachable(exception));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotSent(logger, claim.Member, exception.GetType().Name);
            return ($"the mail could not be written: {Short(exception)}", true);
        }
    }

    /// <summary>True where nobody was there to take any mail; false where this one was not wanted, an address that the library refuses included.</summary>
    private static bool IsUnreachable(SmtpException exception) =>
        exception.StatusCode == SmtpStatusCode.GeneralFailure
        && (exception.InnerException is SocketException or IOException or AuthenticationException || exception.Data.Contains(SmtpTransport.TimedOut));

    private static string Short(Exception exception)
    {
        var words = exception.InnerException is { } inner ? $"{exception.Message} {inner.Message}" : exception.Message;
        return ForeignText.OneLine(words, MostWords);
    }

    [LoggerMessage(EventId = 1400, Level = LogLevel.Information, Message = "Mailed the invitation of member {Member}")]
    private static partial void LogSent(ILogger logger, string member);

    [LoggerMessage(EventId = 1401, Level = LogLevel.Warning, Message = "The invitation of member {Member} was not mailed ({Status}); it is tried again. 'invitation list' says more")]
    private static partial void LogNotSent(ILogger logger, string member, string status);

    [LoggerMessage(EventId = 1402, Level = LogLevel.Error, Message = "Invitations wait: a round failed, and is tried again")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
