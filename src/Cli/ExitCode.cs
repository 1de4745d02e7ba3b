namespace EncryptionService.Cli;

/// <summary>What the program says to programs. The outcomes of opening are never merged.</summary>
internal static class ExitCode
{
    /// <summary>Done; for <c>open</c>: opened.</summary>
    public const int Ok = 0;

    /// <summary>Wrong words on the command line, or a file that is missing or cannot be used.</summary>
    public const int Usage = 2;

    /// <summary>The core does not answer, or not as a core.</summary>
    public const int Unreachable = 3;

    /// <summary>The core, or the service behind it, said no.</summary>
    public const int Refused = 4;

    /// <summary>The passphrase does not open the file.</summary>
    public const int WrongPassphrase = 5;

    /// <summary>The envelope is for another member or another key.</summary>
    public const int NotForMe = 10;

    /// <summary>Nothing is trusted yet, or nothing that reaches this far.</summary>
    public const int Unverified = 11;

    /// <summary>Something is not as an honest core and service would have it.</summary>
    public const int Forged = 12;

    /// <summary>There is no envelope yet. This is no outcome of opening: nothing was there to open.</summary>
    public const int NothingYet = 13;
}
