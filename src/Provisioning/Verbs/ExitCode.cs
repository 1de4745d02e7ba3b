namespace EncryptionService.Provisioning.Verbs;

/// <summary>Why the program ends.</summary>
internal static class ExitCode
{
    /// <summary>Done, or stopped as asked.</summary>
    public const int Ok = 0;

    /// <summary>A setting, an option or a value is missing or wrong.</summary>
    public const int Configuration = 2;

    /// <summary>What was asked for cannot be: there is no such thing, or its name is taken. Nothing has changed.</summary>
    public const int Refused = 3;

    /// <summary>The database, a file or the port is out of reach.</summary>
    public const int Unavailable = 4;
}
