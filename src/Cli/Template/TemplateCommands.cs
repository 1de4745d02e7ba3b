using System.CommandLine;

namespace EncryptionService.Cli.Template;

/// <summary>The words of <c>eec template</c>.</summary>
internal static class TemplateCommands
{
    public static Command Create(Shell shell) => new("template", "The file that is deployed to Azure") { Verify(shell) };

    private static Command Verify(Shell shell)
    {
        var file = new Argument<string>("file") { Description = "The file that Create configuration gave you" };
        var published = new Option<string?>("--published") { Description = "The published template (default: the one of this program's version)" };
        var json = new Option<bool>("--json") { Description = "Print JSON for programs" };
        var command = new Command("verify", "Compare a downloaded file with the published template, and show what was filled in. Exit code 0 only if nothing else differs")
        {
            file, published, json,
        };
        command.SetAction((words, cancellation) => new VerifyVerb(shell).RunAsync(
            words.GetValue(file)!, words.GetValue(published), words.GetValue(json), cancellation));
        return command;
    }
}
