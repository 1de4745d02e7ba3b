namespace EncryptionService.Compliance;

/// <summary>What a process left behind.</summary>
/// <param name="ExitCode">0 by convention where all went well.</param>
/// <param name="Output">All of standard output.</param>
/// <param name="Error">All of standard error.</param>
public sealed record ProcessOutcome(int ExitCode, string Output, string Error);
