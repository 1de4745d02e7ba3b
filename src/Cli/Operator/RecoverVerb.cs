using System.Globalization;
using EncryptionService.Client;
using EncryptionService.Formats;

namespace EncryptionService.Cli.Operator;

/// <summary><c>eec operator recover</c>.</summary>
internal sealed class RecoverVerb(Shell shell) : OperatorVerb(shell)
{
    public Task<int> RunAsync(string text, string? output, OperatorPlace place, bool json, CancellationToken cancellationToken)
        => GroupId.TryParse(text, out var group)
            ? ConnectedAsync(place, client => RecoverAsync(client, group, output, place, json, cancellationToken))
            : Task.FromResult(Shell.Fail(ExitCode.Usage, "This is no id of a group."));

    private async Task<int> RecoverAsync(OperatorClient client, GroupId group, string? output, OperatorPlace place, bool json, CancellationToken cancellationToken)
    {
        var answer = await client.HeadAsync(group, cancellationToken);
        if (!answer.TryGet(out var head, out var problem))
        {
            return Fail(problem);
        }

        if (!head.Frozen)
        {
            return Shell.Fail(ExitCode.Refused, $"{head.DisplayName} ({group}) is not frozen: there is nothing to recover. Nothing was signed.");
        }

        if (!json)
        {
            Shell.Print(string.Create(
                CultureInfo.InvariantCulture, $"{head.DisplayName} ({group}) goes on from revision {head.Statement.Revision}, statement {head.Statement.Hash}."));
        }

        return await SignedAsync(
            place,
            key => [OperatorWords.Recover(key, head.Statement, Shell.Time.GetUtcNow())],
            documents => DeliverAsync(documents, output, place, json, cancellationToken));
    }
}
