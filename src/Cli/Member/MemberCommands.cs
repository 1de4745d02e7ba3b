using System.CommandLine;

namespace EncryptionService.Cli.Member;

/// <summary>The words of <c>eec member</c>.</summary>
internal static class MemberCommands
{
    private static readonly Option<string?> file = new("--file") { Description = "The member's file (default: eec/member.json in the user's data folder)", Recursive = true };
    private static readonly Option<string?> passphraseFile = new("--passphrase-file") { Description = "File with the passphrase (or EEC_PASSPHRASE_FILE); asked for otherwise", Recursive = true };
    private static readonly Option<bool> json = new("--json") { Description = "Print JSON for programs" };

    public static Command Create(Shell shell) => new("member", "Own keys, groups, vault keys")
    {
        file,
        passphraseFile,
        Accept(shell),
        Trust(shell),
        Keys(shell),
        Groups(shell),
        Open(shell),
        Rotate(shell),
    };

    private static Command Accept(Shell shell)
    {
        var link = new Argument<string>("link") { Description = "The link of the invitation, in quotes" };
        var suite = new Option<string>("--suite") { Description = "HPKE-4 (default), or HPKE-7 for P-256", DefaultValueFactory = _ => "HPKE-4" };
        suite.AcceptOnlyFromAmong("HPKE-4", "HPKE-7", "HPKE-3", "HPKE-0");
        var command = new Command("accept", "Accept an invitation: makes both keys and registers them") { link, suite, json };
        command.SetAction((words, cancellation) => new AcceptVerb(shell).RunAsync(
            words.GetValue(link)!, words.GetValue(suite)!, Where(words), words.GetValue(json), cancellation));
        return command;
    }

    private static Command Trust(Shell shell)
    {
        var code = new Argument<string>("code") { Description = "The organization code, which you got from your administrator and not from the core" };
        var replace = new Option<bool>("--replace") { Description = "Replace a code that is trusted already" };
        var command = new Command("trust", "Trust an organization's key; without it nothing is opened") { code, replace };
        command.SetAction((words, cancellation) => new TrustVerb(shell).RunAsync(words.GetValue(code)!, words.GetValue(replace), Where(words), cancellation));
        return command;
    }

    private static Command Keys(Shell shell)
    {
        var offline = new Option<bool>("--offline") { Description = "Do not ask the core what it knows" };
        var command = new Command("keys", "Show the own public keys' thumbprints, to compare with the operator") { offline, json };
        command.SetAction((words, cancellation) => new KeysVerb(shell).RunAsync(words.GetValue(offline), Where(words), words.GetValue(json), cancellation));
        return command;
    }

    private static Command Groups(Shell shell)
    {
        var command = new Command("groups", "List the own groups") { json };
        command.SetAction((words, cancellation) => new GroupsVerb(shell).RunAsync(Where(words), words.GetValue(json), cancellation));
        return command;
    }

    private static Command Open(Shell shell)
    {
        var group = new Argument<string>("group") { Description = "Id of the group" };
        var showKey = new Option<bool>("--show-key") { Description = "Print the vault key (base64url); otherwise it is only said whether it opened" };
        var epoch = new Option<ulong?>("--epoch") { Description = "The key of an older epoch" };
        var command = new Command("open", "Open a group's vault key. Exit codes: 0 opened, 10 not for me, 11 unverified, 12 forged, 13 no envelope yet")
        {
            group, showKey, epoch, json,
        };
        command.SetAction((words, cancellation) => new OpenVerb(shell).RunAsync(
            words.GetValue(group)!, words.GetValue(showKey), words.GetValue(epoch), Where(words), words.GetValue(json), cancellation));
        return command;
    }

    private static Command Rotate(Shell shell)
    {
        var command = new Command("rotate-key", "Replace both keys by new ones; run again to go on after a failure") { json };
        command.SetAction((words, cancellation) => new RotateVerb(shell).RunAsync(Where(words), words.GetValue(json), cancellation));
        return command;
    }

    private static MemberPlace Where(ParseResult words) => new(words.GetValue(file), words.GetValue(passphraseFile));
}

/// <summary>Where file and passphrase are.</summary>
internal readonly record struct MemberPlace(string? File, string? PassphraseFile);
