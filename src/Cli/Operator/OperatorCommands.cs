using System.CommandLine;

namespace EncryptionService.Cli.Operator;

/// <summary>The words of <c>eec operator</c>.</summary>
internal static class OperatorCommands
{
    private static readonly Option<string?> file = new("--file") { Description = "The operator's file (default: eec/operator.json in the user's data folder)", Recursive = true };
    private static readonly Option<string?> passphraseFile = new("--passphrase-file") { Description = "File with the passphrase (or EEC_PASSPHRASE_FILE); asked for otherwise", Recursive = true };
    private static readonly Option<string?> core = new("--core") { Description = "Address of the core, for example https://core.example", Recursive = true };
    private static readonly Option<string?> tokenFile = new("--token-file") { Description = "File with the organization's operator token (or EEC_OPERATOR_TOKEN_FILE)", Recursive = true };
    private static readonly Option<bool> json = new("--json") { Description = "Print JSON for programs" };
    private static readonly Option<string?> output = new("--out") { Description = "Write what is signed into this file and send nothing; eec operator submit sends it" };

    public static Command Create(Shell shell) => new("operator", "Approve members' keys, end freezes")
    {
        file,
        passphraseFile,
        core,
        tokenFile,
        Keygen(shell),
        Pending(shell),
        Approve(shell),
        Recover(shell),
        Submit(shell),
    };

    private static Command Keygen(Shell shell)
    {
        var command = new Command("keygen", "Make the operator's key; prints the public half for the service's operatorKeys");
        command.SetAction((words, _) => Task.FromResult(new KeygenVerb(shell).Run(Where(words))));
        return command;
    }

    private static Command Pending(Shell shell)
    {
        var command = new Command("pending", "List members whose keys wait for an approval; --json makes a list for approve --list") { json };
        command.SetAction((words, cancellation) => new ApproveVerb(shell).ShowAsync(Where(words), words.GetValue(json), cancellation));
        return command;
    }

    private static Command Approve(Shell shell)
    {
        var members = new Argument<string[]>("members") { Description = "Ids of the members to approve", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Approve everybody on the list" };
        var list = new Option<string?>("--list") { Description = "A list that pending --json made and you compared, instead of asking the core again" };
        var command = new Command("approve", "Sign that members have the keys that the list shows, and send it") { members, all, list, output, json };
        command.SetAction((words, cancellation) => new ApproveVerb(shell).RunAsync(
            new Selection(words.GetValue(members) ?? [], words.GetValue(all), words.GetValue(list)), words.GetValue(output), Where(words), words.GetValue(json), cancellation));
        return command;
    }

    private static Command Recover(Shell shell)
    {
        var group = new Argument<string>("group") { Description = "Id of the frozen group" };
        var command = new Command("recover", "Sign that a frozen group goes on from the statement that the core has, and send it") { group, output, json };
        command.SetAction((words, cancellation) => new RecoverVerb(shell).RunAsync(
            words.GetValue(group)!, words.GetValue(output), Where(words), words.GetValue(json), cancellation));
        return command;
    }

    private static Command Submit(Shell shell)
    {
        var documents = new Argument<string>("documents") { Description = "File that --out wrote" };
        var command = new Command("submit", "Send what was signed with --out") { documents, json };
        command.SetAction((words, cancellation) => new SubmitVerb(shell).RunAsync(words.GetValue(documents)!, Where(words), words.GetValue(json), cancellation));
        return command;
    }

    private static OperatorPlace Where(ParseResult words)
        => new(words.GetValue(file), words.GetValue(passphraseFile), words.GetValue(core), words.GetValue(tokenFile));
}

/// <summary>Where file, passphrase, core and token are.</summary>
internal readonly record struct OperatorPlace(string? File, string? PassphraseFile, string? Core, string? TokenFile);

/// <summary>Whom to approve.</summary>
internal readonly record struct Selection(string[] Members, bool All, string? List)
{
    public bool IsEmpty => !All && Members.Length == 0;
}
