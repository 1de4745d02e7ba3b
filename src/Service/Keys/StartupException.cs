namespace EncryptionService.Service.Keys;

/// <summary>Why a process of this service ends.</summary>
internal static class ExitCode
{
    /// <summary>Stopped as asked.</summary>
    public const int Ok = 0;

    /// <summary>A setting is missing or wrong.</summary>
    public const int Configuration = 2;

    /// <summary>The ledger is damaged.</summary>
    public const int Damaged = 3;

    /// <summary>Ledger, certificate and configuration do not belong together, or there is no root and no token.</summary>
    public const int Disagreement = 4;

    /// <summary>A key is missing, foreign or out of reach.</summary>
    public const int KeyUnavailable = 5;

    /// <summary>Another process uses the ledger.</summary>
    public const int Locked = 6;
}

/// <summary>The service refuses to start. The message says what to do.</summary>
/// <param name="exitCode">One of <see cref="Keys.ExitCode"/>.</param>
/// <param name="message">For the administrator.</param>
/// <param name="innerException">The cause, or null.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1032", Justification = "None is made without saying what to do.")]
internal sealed class StartupException(int exitCode, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The exit code of the process.</summary>
    public int ExitCode { get; } = exitCode;
}
