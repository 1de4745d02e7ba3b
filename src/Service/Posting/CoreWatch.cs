using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using EncryptionService.Formats;
using EncryptionService.Service.Settings;
using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace EncryptionService.Service.Posting;

/// <summary>Says in the log what keeps the core out of reach, in words that an administrator can act on; and that its clock and ours differ.</summary>
/// <remarks>Said once when it begins or becomes something else, again every ten minutes while it lasts, and once when it is over: a core that is away for a day fills no log.</remarks>
internal sealed partial class CoreWatch(IOptions<CoreOptions> core, TimeProvider time, ILogger<CoreWatch> logger)
{
    private static readonly TimeSpan again = TimeSpan.FromMinutes(10);

    // Half of what a token's times may differ by: there is something to do before calls are refused.
    private static readonly TimeSpan worthSaying = TimeSpan.FromSeconds(TimedObject.Leeway / 2.0);

    private readonly Lock guard = new();
    private readonly Trouble reach = new();
    private readonly Trouble clocks = new();
    private volatile string? certificateProblem;

    private string Host => core.Value.Url!.Authority;

    /// <summary>Judges a certificate as the system does without us, and remembers what is wrong with it.</summary>
    public bool IsAccepted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        certificateProblem = errors == SslPolicyErrors.None ? null : CoreCertificate.Describe(core.Value.Url!.Host, certificate, chain, errors, time.GetUtcNow());
        return errors == SslPolicyErrors.None;
    }

    /// <summary>An attempt failed without an answer.</summary>
    public void Failed(Exception exception)
    {
        if (exception is not BrokenCircuitException) // that one only says that others failed
        {
            Failed(Words(exception));
        }
    }

    /// <summary>The core cannot serve now: 429, 5xx.</summary>
    public void Failed(int status) => Failed($"it answers with status {status}");

    /// <summary>The core gave an answer that is one.</summary>
    public void Answered()
    {
        lock (guard)
        {
            if (reach.End())
            {
                LogReached(logger, Host);
            }
        }
    }

    /// <summary>Compares clocks by the time that an answer says.</summary>
    public void Compare(DateTimeOffset? date)
    {
        if (date is not { } theirs)
        {
            return;
        }

        var ahead = time.GetUtcNow() - theirs;
        lock (guard)
        {
            if (ahead.Duration() < worthSaying)
            {
                if (clocks.End())
                {
                    LogClocksAgree(logger);
                }
            }
            else if (clocks.IsNews(ahead > TimeSpan.Zero ? "ahead of" : "behind", time, again))
            {
                LogClocks(logger, (long)ahead.Duration().TotalSeconds, ahead > TimeSpan.Zero ? "ahead of" : "behind", TimedObject.Leeway);
            }
        }
    }

    private void Failed(string problem)
    {
        lock (guard)
        {
            if (reach.IsNews(problem, time, again))
            {
                LogUnreached(logger, Host, problem);
            }
        }
    }

    private string Words(Exception exception) => exception switch
    {
        TimeoutRejectedException => "it does not answer in time",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => certificateProblem ?? "the TLS handshake fails",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name is not found; check Core:Url and the name servers",
        HttpRequestException { InnerException: SocketException socket } => $"no connection ({socket.SocketErrorCode}); check Core:Url and the network",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "its answer is longer than any of the core's",
        _ => "the connection breaks before it answers",
    };

    [LoggerMessage(EventId = 520, Level = LogLevel.Warning, Message = "The core at {Host} is not reached: {Problem}. What is due waits, or the core asks for it later; nothing is lost")]
    private static partial void LogUnreached(ILogger logger, string host, string problem);

    [LoggerMessage(EventId = 521, Level = LogLevel.Information, Message = "The core at {Host} answers again")]
    private static partial void LogReached(ILogger logger, string host);

    [LoggerMessage(EventId = 522, Level = LogLevel.Error,
        Message = "This machine's clock is {Seconds} s {Direction} the core's. With more than {Leeway} s calls are refused, by one side or the other. Set the clock that is wrong; what was refused comes again by itself")]
    private static partial void LogClocks(ILogger logger, long seconds, string direction, long leeway);

    [LoggerMessage(EventId = 523, Level = LogLevel.Information, Message = "This machine's clock and the core's agree again")]
    private static partial void LogClocksAgree(ILogger logger);

    /// <summary>Something that lasts, and when it was said last.</summary>
    private sealed class Trouble
    {
        private string? problem;
        private long saidAt;

        public bool IsNews(string now, TimeProvider time, TimeSpan again)
        {
            if (problem == now && time.GetElapsedTime(saidAt) < again)
            {
                return false;
            }

            (problem, saidAt) = (now, time.GetTimestamp());
            return true;
        }

        /// <summary>True if there was something.</summary>
        public bool End()
        {
            var was = problem is not null;
            problem = null;
            return was;
        }
    }
}
