using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EncryptionService.Formats;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Settings;
using Google.Protobuf;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Posting;

/// <summary>Enrols the service with the core, at every start, for as long as it takes (docs/spec/core.md, section 2).</summary>
internal sealed partial class Enroller(
    CoreClient client, RootStore root, KeyRing ring, IOptions<ServiceOptions> options, IOptions<CoreOptions> core, TimeProvider time, ILogger<Enroller> logger)
{
    private static readonly TimeSpan longestWait = TimeSpan.FromMinutes(5);

    /// <summary>Returns once the core has taken the enrolment.</summary>
    /// <param name="address">Address of the gRPC door.</param>
    /// <param name="cancellationToken">The service stops.</param>
    public async Task EnrolAsync(Uri address, CancellationToken cancellationToken)
    {
        var wait = TimeSpan.FromSeconds(1);
        while (true)
        {
            var token = root.State.Enrolled is null ? options.Value.EnrolmentToken : null;
            var answer = await client.PostAsync($"/v1/organizations/{ring.Keys.Organization}/enrolment", Body(address, token), cancellationToken);
            if (answer.Outcome == PostOutcome.Stored && IsExpectedCore(answer.Body) && await TryRememberAsync(token, cancellationToken))
            {
                LogEnrolled(logger, core.Value.Id, address);
                return;
            }

            if (answer.Status == StatusCodes.Status403Forbidden)
            {
                LogForbidden(logger);
            }
            else if (answer.Status is StatusCodes.Status400BadRequest or StatusCodes.Status401Unauthorized)
            {
                LogUnfit(logger, answer.Status, wait.TotalSeconds);
            }
            else
            {
                LogNotYet(logger, answer.Status, wait.TotalSeconds);
            }

            await Task.Delay(wait, time, cancellationToken);
            wait = wait * 2 < longestWait ? wait * 2 : longestWait;
        }
    }

    private byte[] Body(Uri address, string? token)
    {
        var keys = ring.Keys;
        var now = time.GetUtcNow();
        var enrolment = keys.SignAsIdentity(new Enrolment
        {
            Organization = keys.Organization,
            Audience = core.Value.Id,
            Certificate = keys.Certificate.Jws.Compact,
            CallKey = keys.CallKey,
            Address = address.ToString(),
            Version = typeof(Enroller).Assembly.GetName().Version!.ToString(3),
            RevisionName = options.Value.RevisionName,
            ReplicaName = options.Value.ReplicaName,
            Token = token,
            IssuedAt = now.ToUnixTimeSeconds(),
            ExpiresAt = now.ToUnixTimeSeconds() + 300,
            Id = Guid.CreateVersion7(now).ToString("N"),
        });
        return Encoding.UTF8.GetBytes($"{{\"enrolment\":\"{enrolment}\"}}");
    }

    private bool IsExpectedCore(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("core", out var id) && id.ValueKind == JsonValueKind.String && id.GetString() == core.Value.Id)
            {
                return true;
            }
        }
        catch (JsonException)
        {
            // falls through: whoever answered is not the core
        }

        LogOtherCore(logger, core.Value.Id);
        return false;
    }

    private async Task<bool> TryRememberAsync(string? token, CancellationToken cancellationToken)
    {
        var hash = token is null ? ByteString.Empty : ByteString.CopyFrom(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        try
        {
            await root.UpdateAsync(
                state => state.Enrolled is null ? new RootRecord { Enrolled = new Enrolled { CoreId = core.Value.Id, TokenHash = hash } } : null,
                cancellationToken);
            return true;
        }
        catch (LedgerUnavailableException exception)
        {
            // The core has it; the next try finds out whether the ledger has.
            LogNotRemembered(logger, exception);
            return false;
        }
    }

    [LoggerMessage(EventId = 510, Level = LogLevel.Information, Message = "Enrolled with core {Core}; it reaches this service at {Address}")]
    private static partial void LogEnrolled(ILogger logger, string core, Uri address);

    [LoggerMessage(EventId = 511, Level = LogLevel.Error,
        Message = "The core refused the enrolment: the token is expired, was used by another service, or this service is not known. If event 611 stands before this line and there was a ledger before, the ledger is lost: restore it first (runbook lose-and-restore, section 3), and do not deploy first. Otherwise download a fresh configuration, check it, deploy it over this one with the same parameters as before (trust level, operator keys, identity generation), and restart the revision: a new token alone makes no new revision. The restart takes up a newer version of the wrapping key, too. If the clock was set back, or another replica has just enrolled, it passes by itself")]
    private static partial void LogForbidden(ILogger logger);

    [LoggerMessage(EventId = 512, Level = LogLevel.Warning, Message = "Not enrolled yet (last status {Status}). Next try in {Seconds} s; check Core:Url and the network")]
    private static partial void LogNotYet(ILogger logger, int status, double seconds);

    [LoggerMessage(EventId = 515, Level = LogLevel.Error,
        Message = "The core finds a fault in the enrolment (status {Status}), most often a clock that is wrong (401) or an address that is not public (400); its log says which. Next try in {Seconds} s")]
    private static partial void LogUnfit(ILogger logger, int status, double seconds);

    [LoggerMessage(EventId = 514, Level = LogLevel.Error, Message = "The enrolment cannot be written into the ledger yet; it is tried again")]
    private static partial void LogNotRemembered(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 513, Level = LogLevel.Error, Message = "Something else than core {Core} answered the enrolment. Check Core:Url and Core:Id")]
    private static partial void LogOtherCore(ILogger logger, string core);
}
