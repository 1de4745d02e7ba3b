using EncryptionService.Client;

namespace EncryptionService.Cli.Operator;

/// <summary><c>eec operator pending</c> and <c>eec operator approve</c>.</summary>
internal sealed class ApproveVerb(Shell shell) : OperatorVerb(shell)
{
    public Task<int> ShowAsync(OperatorPlace place, bool json, CancellationToken cancellationToken) => ConnectedAsync(place, async client =>
    {
        var answer = await client.PendingAsync(cancellationToken);
        if (!answer.TryGet(out var pending, out var problem))
        {
            return Fail(problem);
        }

        if (json)
        {
            Shell.Print(pending.ToJson());
        }
        else
        {
            Show(pending.Members);
        }

        return ExitCode.Ok;
    });

    public async Task<int> RunAsync(Selection selection, string? output, OperatorPlace place, bool json, CancellationToken cancellationToken)
    {
        if (selection.List is { } list)
        {
            return PendingMembers.TryParse(await File.ReadAllBytesAsync(list, cancellationToken)) is { } compared
                ? await ApproveAsync(compared, selection, output, place, json, cancellationToken)
                : Shell.Fail(ExitCode.Usage, $"{list} is no list that eec operator pending --json makes.");
        }

        return await ConnectedAsync(place, async client =>
        {
            var answer = await client.PendingAsync(cancellationToken);
            return answer.TryGet(out var pending, out var problem)
                ? await ApproveAsync(pending, selection, output, place, json, cancellationToken)
                : Fail(problem);
        });
    }

    private async Task<int> ApproveAsync(
        PendingMembers pending, Selection selection, string? output, OperatorPlace place, bool json, CancellationToken cancellationToken)
    {
        var missing = selection.Members.Except(pending.Members.Select(member => member.Member.Value)).ToArray();
        if (missing.Length > 0)
        {
            return Shell.Fail(ExitCode.Usage, $"Not on the list: {string.Join(", ", missing)}. Nothing was signed.");
        }

        var chosen = selection.All ? pending.Members : [.. pending.Members.Where(member => selection.Members.Contains(member.Member.Value))];
        if (!json)
        {
            Shell.Print($"organization   {pending.Organization}");
            Show(selection.IsEmpty ? pending.Members : chosen);
        }

        if (pending.Members.Count == 0)
        {
            return ExitCode.Ok;
        }

        if (selection.IsEmpty)
        {
            return Shell.Fail(ExitCode.Usage, "Compare the thumbprints with what the members say (eec member keys), then name their ids, or --all. Nothing was signed.");
        }

        return await SignedAsync(
            place,
            key => OperatorWords.Approve(key, pending.Organization, chosen, Shell.Time.GetUtcNow()),
            documents => DeliverAsync(documents, output, place, json, cancellationToken));
    }

    private void Show(IReadOnlyList<PendingMember> members)
    {
        if (members.Count == 0)
        {
            Shell.Print("Nobody waits for an approval.");
            return;
        }

        foreach (var member in members)
        {
            Shell.Print($"{member.Member}   {member.UserName}");
            Shell.Print($"    {member.Keys.Alg} key    {member.Keys.Hpke}");
            Shell.Print($"    signing key   {member.Keys.Signing}");
        }
    }
}
