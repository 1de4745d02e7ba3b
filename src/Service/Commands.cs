using System.CommandLine;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Verification;

namespace EncryptionService.Service;

/// <summary>The verbs of the program: serve (default), <c>ledger verify</c>, <c>identity</c>, <c>kek rotate</c>.</summary>
internal static class Commands
{
    /// <summary>Runs what the arguments say.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static Task<int> RunAsync(string[] args)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON for programs" };
        var root = new RootCommand("Encryption service: membership events in, envelopes and signed statements out. Settings come from the environment and from appsettings.json beside the program.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        root.SetAction((_, cancellation) => ServeAsync(args));
        var verify = new Command("verify", "Walk the whole ledger; the first fault of each stream is named. Exit code 3 if there is any") { json };
        verify.SetAction((result, cancellation) => WithRoomsAsync(SettingsIn(result), (rooms, token) => LedgerVerbs.VerifyAsync(rooms, result.GetValue(json), token), cancellation));
        root.Add(new Command("ledger", "Look at the ledger") { verify });
        var identity = new Command("identity", "Show the identity and the organization key's thumbprint, which members pin") { json };
        identity.SetAction((result, cancellation) => WithRoomsAsync(SettingsIn(result), (rooms, token) => LedgerVerbs.ShowIdentityAsync(rooms, result.GetValue(json), token), cancellation));
        root.Add(identity);
        var rotate = new Command("rotate", "Make the next local wrapping key; the service takes it up at its next start");
        rotate.SetAction((result, cancellation) => WithRoomsAsync(SettingsIn(result), LedgerVerbs.RotateKekAsync, cancellation));
        root.Add(new Command("kek", "Local wrapping keys") { rotate });
        foreach (var command in new[] { verify, identity, rotate })
        {
            command.TreatUnmatchedTokensAsErrors = false;
        }

        // The host handles SIGTERM and SIGINT itself: it drains before it exits.
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    /// <summary>The arguments without verbs and options: the configuration would take what stands behind <c>--json</c> for its value.</summary>
    private static string[] SettingsIn(ParseResult result) => [.. result.UnmatchedTokens];

    private static async Task<int> ServeAsync(string[] args)
    {
        try
        {
            await using var app = ServiceHost.Build(args, null);
            await app.RunAsync();
            return Environment.ExitCode;
        }
        catch (Exception exception) when (StartUp.Refusal(exception) is { } refusal)
        {
            await Console.Error.WriteLineAsync($"The service does not start.{Environment.NewLine}{refusal.Message}");
            return refusal.Code;
        }
        catch (OperationCanceledException)
        {
            // Refused, or told to stop, while the listeners were still coming up: StartUp has said why, and with which code.
            return Environment.ExitCode;
        }
        catch (IOException exception)
        {
            await Console.Error.WriteLineAsync($"The service does not start. {exception.Message}");
            return ExitCode.Configuration;
        }
    }

    private static async Task<int> WithRoomsAsync(string[] args, Func<IServiceProvider, CancellationToken, Task<int>> verb, CancellationToken cancellationToken)
    {
        try
        {
            await using var app = ServiceHost.Build(args, services => services.AddLogging(log => log.SetMinimumLevel(LogLevel.Warning)), listens: false);
            return await verb(app.Services, cancellationToken);
        }
        catch (Exception exception) when (StartUp.Refusal(exception) is { } refusal)
        {
            await Console.Error.WriteLineAsync(refusal.Message);
            return refusal.Code;
        }
    }
}
