using System.Text.RegularExpressions;
using EncryptionService.Service.Health;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Posting;
using EncryptionService.Service.Settings;
using EncryptionService.Service.Trust;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service;

/// <summary>Brings the service up while the probes already answer: (1) ledger, (2) root, (3) verify, (4) pins, (5) ready, (6) enrol.</summary>
/// <remarks>
/// A vault or a storage that is away, busy, or not open to us yet is waited for (docs/spec/keys.md, section 4). Everything else is a refusal, which ends the
/// process with an exit code of its own and one line that says what to do.
/// </remarks>
internal sealed partial class StartUp(
    IServiceProvider services, ServiceState state, IHostApplicationLifetime lifetime, IOptions<ServiceOptions> options, IServer server, TimeProvider time,
    ILogger<StartUp> logger)
    : BackgroundService
{
    private static readonly TimeSpan longestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan longestAsked = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Yield(); // the listeners come up meanwhile
            services.GetRequiredService<ILedger>(); // (1)
            await PatientlyAsync(services.GetRequiredService<RootKeeper>().OpenAsync, stoppingToken); // (2)
            var key = services.GetRequiredService<KeyRing>().Keys.LedgerKey;
            await PatientlyAsync(token => VerifyAsync(key, token), stoppingToken); // (3)
            await PatientlyAsync(token => services.GetRequiredService<PinBook>().LoadAsync(key, token), stoppingToken); // (4)
            state.SetStarted(); // (5)
            LogReady(logger);
            await StartedAsync(stoppingToken);
            await services.GetRequiredService<Enroller>().EnrolAsync(Address(), stoppingToken); // (6)
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // asked to stop
        }
        catch (Exception exception) when (Refusal(exception) is { } refusal)
        {
            LogRefused(logger, refusal.Message);
            Environment.ExitCode = refusal.Code;
            lifetime.StopApplication();
        }
    }

    /// <summary>Exit code and message of what keeps the service from starting; null: a fault of our own.</summary>
    internal static (int Code, string Message)? Refusal(Exception exception) => exception switch
    {
        StartupException refused => (refused.ExitCode, refused.Message),
        LedgerDamagedException damaged => (ExitCode.Damaged, $"{damaged.Message}. Restore the ledger from your backup; 'ledger verify' shows every fault."),
        LedgerLockedException locked => (ExitCode.Locked, locked.Message),
        KeyUnavailableException key => (ExitCode.KeyUnavailable, key.Message),
        LedgerUnavailableException unavailable => (ExitCode.Damaged, unavailable.Message),
        OptionsValidationException invalid => (ExitCode.Configuration, Lines([invalid])),
        AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException)
            => (ExitCode.Configuration, Lines(several.InnerExceptions.OfType<OptionsValidationException>())),
        InvalidOperationException { InnerException: FormatException or ArgumentException or OverflowException } unreadable => (ExitCode.Configuration, unreadable.Message),
        _ => null,
    };

    private static string Lines(IEnumerable<OptionsValidationException> invalid) => string.Join(
        Environment.NewLine,
        invalid.SelectMany(exception => exception.Failures).SelectMany(failure => failure.Split(';')).Select(Named).Distinct(StringComparer.Ordinal));

    // "Path: The LedgerOptions.Path field is required." names a type; people set "Ledger:Path". One section is not called like its type.
    private static string Named(string failure)
        => GeneratedFailure().Replace(failure.Trim(), found => $"{(found.Groups[1].Value == "Key" ? "Keys" : found.Groups[1].Value)}:{found.Groups[2].Value}");

    [GeneratedRegex(@"^\w+: The (?:field )?(\w+)Options\.(\w+)(?: field)?")]
    private static partial Regex GeneratedFailure();

    /// <summary>Does a step anew for as long as it fails for a reason that passes. The probes say what is waited for; the log says what can be done.</summary>
    private async Task PatientlyAsync(Func<CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        for (var wait = TimeSpan.FromSeconds(1); ; wait = wait * 2 < longestWait ? wait * 2 : longestWait)
        {
            string message;
            TimeSpan? asked = null;
            try
            {
                await step(cancellationToken);
                state.SetWaiting(null);
                return;
            }
            catch (KeyUnavailableException exception) when (exception.Passes)
            {
                state.SetWaiting("waiting for the key vault");
                message = exception.Message;
                asked = exception.RetryAfter > longestAsked ? longestAsked : exception.RetryAfter;
            }
            catch (LedgerUnavailableException exception) when (exception.Passes)
            {
                state.SetWaiting("waiting for the ledger's storage");
                message = exception.Message;
            }

            var pause = asked > wait ? asked.Value : wait;
            LogWaiting(logger, pause.TotalSeconds, message);
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async Task VerifyAsync(LedgerKey key, CancellationToken cancellationToken)
    {
        var ledgerOptions = services.GetRequiredService<IOptions<LedgerOptions>>().Value;
        if (!(ledgerOptions.VerifyAtStart ?? ledgerOptions.ContainerUrl is null))
        {
            return;
        }

        var report = await services.GetRequiredService<LedgerVerifier>().VerifyAsync(key, keepTornTails: false, null, cancellationToken);
        if (report.Faults.Count > 0)
        {
            throw new LedgerDamagedException(report.Faults[0]);
        }

        LogVerified(logger, report.Streams, report.Frames, report.Bytes);
    }

    private Task StartedAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lifetime.ApplicationStarted.Register(started.SetResult);
        return started.Task.WaitAsync(cancellationToken);
    }

    private Uri Address()
    {
        if (options.Value.PublicAddress is { } configured)
        {
            return configured;
        }

        var name = Environment.GetEnvironmentVariable("CONTAINER_APP_NAME");
        var suffix = Environment.GetEnvironmentVariable("CONTAINER_APP_ENV_DNS_SUFFIX");
        if (!string.IsNullOrEmpty(name) && !string.IsNullOrEmpty(suffix))
        {
            return new Uri($"https://{name}.{suffix}");
        }

        var bound = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("[::]", "localhost", StringComparison.Ordinal));
        return new Uri($"http://localhost:{bound.Port}");
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Ready")]
    private static partial void LogReady(ILogger logger);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Ledger verified: {Streams} streams, {Frames} frames, {Bytes} bytes")]
    private static partial void LogVerified(ILogger logger, int streams, long frames, long bytes);

    [LoggerMessage(EventId = 3, Level = LogLevel.Critical, Message = "The service does not start. {Message}")]
    private static partial void LogRefused(ILogger logger, string message);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "The service is not up yet and tries again in {Seconds} s. {Message}")]
    private static partial void LogWaiting(ILogger logger, double seconds, string message);
}
