using System.CommandLine;
using System.Data.Common;
using EncryptionService.Provisioning.Database;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Verbs;

/// <summary>Runs a verb on the rooms of the core, or the whole core, and turns what keeps it from running into a line and an exit code.</summary>
/// <param name="build">Makes the core of settings; false: it neither listens nor works in the background.</param>
internal sealed partial class Runner(Func<string[], bool, WebApplication> build)
{
    /// <summary>Serves until it is told to stop.</summary>
    public Task<int> ServeAsync(ParseResult parsed, CancellationToken cancellationToken) => GuardAsync(parsed, async settings =>
    {
        await using var app = build(settings, true);
        Validate(app.Services);
        await app.Services.MigrateAsync(cancellationToken);
        await app.StartAsync(cancellationToken);
        var addresses = string.Join(", ", app.Urls);
        var logger = app.Services.GetRequiredService<ILogger<Runner>>();
        LogListening(logger, addresses);
        await app.WaitForShutdownAsync(cancellationToken);
        return Environment.ExitCode;
    });

    /// <summary>Runs a verb beside a host that may be running.</summary>
    public Task<int> RunAsync(ParseResult parsed, bool json, Func<IServiceProvider, Output, Task<int>> verb, CancellationToken cancellationToken) => GuardAsync(parsed, async settings =>
    {
        await using var app = build(settings, false);
        Validate(app.Services);
        await app.Services.MigrateAsync(cancellationToken);
        return await verb(app.Services, new Output(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, json));
    });

    private static async Task<int> GuardAsync(ParseResult parsed, Func<string[], Task<int>> run)
    {
        var error = parsed.InvocationConfiguration.Error;
        if (StrayIn(parsed.UnmatchedTokens) is { } stray)
        {
            await error.WriteLineAsync($"'{stray}' is neither a verb nor an option nor a setting (--Section:Key=value). '--help' shows the verbs.");
            return ExitCode.Configuration;
        }

        try
        {
            // Without verbs and options: the configuration would take what stands behind '--json' for its value.
            return await run([.. parsed.UnmatchedTokens]);
        }
        catch (Exception exception) when (Refusal(exception) is { } refusal)
        {
            await error.WriteLineAsync(refusal.Message);
            return refusal.Code;
        }
    }

    /// <summary>The first argument that nobody would read, so that a slip of the pen does not start a server.</summary>
    private static string? StrayIn(IReadOnlyList<string> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!tokens[i].StartsWith("--", StringComparison.Ordinal) || !tokens[i].Contains(':', StringComparison.Ordinal))
            {
                return tokens[i];
            }

            i += tokens[i].Contains('=', StringComparison.Ordinal) ? 0 : 1;
        }

        return null;
    }

    private static void Validate(IServiceProvider services) => services.GetRequiredService<IStartupValidator>().Validate();

    private static (int Code, string Message)? Refusal(Exception exception) => exception switch
    {
        OptionsValidationException invalid => (ExitCode.Configuration, Lines(invalid.Failures)),
        AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException)
            => (ExitCode.Configuration, Lines(several.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures))),
        InvalidOperationException { InnerException: FormatException or ArgumentException or OverflowException } unreadable => (ExitCode.Configuration, unreadable.Message),
        InvalidOperationException { InnerException: DbException inner } => (ExitCode.Unavailable, $"The database does not answer: {inner.Message}"),
        DbException database => (ExitCode.Unavailable, $"The database does not answer: {database.Message}"),
        UnauthorizedAccessException denied => (ExitCode.Unavailable, denied.Message),
        IOException unreachable => (ExitCode.Unavailable, unreachable.Message),
        _ => null,
    };

    private static string Lines(IEnumerable<string> failures) =>
        string.Join(Environment.NewLine, failures.SelectMany(failure => failure.Split(';')).Select(failure => failure.Trim()).Distinct(StringComparer.Ordinal));

    [LoggerMessage(EventId = 1700, Level = LogLevel.Information, Message = "Listening on {Addresses}")]
    private static partial void LogListening(ILogger logger, string addresses);
}
