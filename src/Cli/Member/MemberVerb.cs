using EncryptionService.Client;

namespace EncryptionService.Cli.Member;

/// <summary>What the verbs of a member with a file share.</summary>
internal abstract class MemberVerb(Shell shell)
{
    protected Shell Shell { get; } = shell;

    /// <summary>Says why a call came to nothing.</summary>
    protected int Fail(CoreProblem problem) => Shell.Fail(
        problem, "The core does not accept this file's keys. Is this machine's clock right, and was the invitation accepted with this file?");

    /// <summary>The file; null if there is none, and that is said.</summary>
    protected async Task<MemberFile?> ReadAsync(MemberFileStore store, CancellationToken cancellationToken)
    {
        var file = await store.ReadAsync(cancellationToken);
        if (file is null)
        {
            Shell.Note($"There is no member's file at {store.FilePath}. Accept an invitation first (eec member accept), or name the file with --file.");
        }

        return file;
    }

    /// <summary>Unlocks the file and does the work.</summary>
    protected async Task<int> UnlockedAsync(MemberPlace place, Func<MemberClient, Passphrase, Task<int>> work, CancellationToken cancellationToken)
    {
        var store = Shell.Store(place.File);
        if (await ReadAsync(store, cancellationToken) is not { } file)
        {
            return ExitCode.Usage;
        }

        using var passphrase = Shell.ReadPassphrase(place.PassphraseFile, isNew: false);
        if (passphrase is null)
        {
            return ExitCode.Usage;
        }

        using var client = MemberClient.TryUnlock(store, file, passphrase, Shell.Time);
        return client is null
            ? Shell.Fail(ExitCode.WrongPassphrase, $"The passphrase does not open {store.FilePath}.", "Type it again; if it is lost, ask the administrator for a new invitation.")
            : await work(client, passphrase);
    }
}
