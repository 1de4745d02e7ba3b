using System.CommandLine;
using System.CommandLine.Invocation;
using EncryptionService.Cli.Member;
using EncryptionService.Cli.Operator;
using EncryptionService.Cli.Template;

namespace EncryptionService.Cli;

/// <summary>The program: <c>eec member …</c>, <c>eec operator …</c> and <c>eec template …</c>.</summary>
internal static class EecProgram
{
    /// <summary>Runs what the arguments say.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Surroundings around)
    {
        var shell = new Shell(around);
        var root = new RootCommand("A member's and an operator's side of the encryption service: own keys, vault keys, approvals, the file that is deployed.")
        {
            MemberCommands.Create(shell),
            OperatorCommands.Create(shell),
            TemplateCommands.Create(shell),
        };
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            // Not what was typed: a secret may be among it.
            return shell.Fail(ExitCode.Usage, [.. parsed.Errors.Select(error => Blank(error.Message, args)), "--help tells what there is."]);
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = around.Out, Error = around.Error, EnableDefaultExceptionHandler = false }, CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return shell.Fail(ExitCode.Usage, exception.Message);
        }
        catch (OperationCanceledException)
        {
            return shell.Fail(ExitCode.Usage, "Stopped.");
        }
    }

    /// <summary>A parser's message without words that look like a link or a token.</summary>
    private static string Blank(string message, string[] args) => args
        .Where(word => word.Length > 24)
        .Aggregate(message, (text, word) => text.Replace(word, "…", StringComparison.Ordinal));
}
