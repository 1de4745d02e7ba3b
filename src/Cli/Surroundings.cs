namespace EncryptionService.Cli;

/// <summary>Everything outside the program that its verbs touch, so that tests can stand in for it.</summary>
internal sealed record Surroundings
{
    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>What went wrong and what can be done.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Environment variables.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Folder of the user's data.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Asks for a passphrase without showing it.</summary>
    public required IPassphrasePrompt Prompt { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The real ones.</summary>
    public static Surroundings OfThisProcess() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        Variable = Environment.GetEnvironmentVariable,
        DataFolder = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        Prompt = new ConsolePrompt(),
        Time = TimeProvider.System,
    };
}
