using EncryptionService.Client;

namespace EncryptionService.Cli.Operator;

/// <summary><c>eec operator keygen</c>.</summary>
internal sealed class KeygenVerb(Shell shell) : OperatorVerb(shell)
{
    public int Run(OperatorPlace place)
    {
        var path = Shell.OperatorPath(place.File);
        if (OperatorFile.Read(path) is { } present)
        {
            return Shell.Fail(ExitCode.Usage, $"There is an operator's key already at {path}. Nothing was changed. Its public half:", present.Public.ToJson());
        }

        using var passphrase = Shell.ReadPassphrase(place.PassphraseFile, isNew: true);
        if (passphrase is null)
        {
            return ExitCode.Usage;
        }

        if (OperatorFile.TryCreate(path, passphrase) is not { } file)
        {
            return Shell.Fail(ExitCode.Usage, $"{path} is there already. Nothing was changed.");
        }

        Shell.Note($"The operator's key is in {path}. Its public half, for the service's operatorKeys:");
        Shell.Print(file.Public.ToJson());
        return ExitCode.Ok;
    }
}
