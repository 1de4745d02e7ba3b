using System.Globalization;
using System.Text.Json;
using EncryptionService.Cli.Texts;
using EncryptionService.Client;

namespace EncryptionService.Cli.Member;

/// <summary><c>eec member groups</c>.</summary>
internal sealed class GroupsVerb(Shell shell) : MemberVerb(shell)
{
    public Task<int> RunAsync(MemberPlace place, bool json, CancellationToken cancellationToken)
        => UnlockedAsync(
            place,
            async (client, _) =>
            {
                var answer = await client.GroupsAsync(cancellationToken);
                if (!answer.TryGet(out var groups, out var problem))
                {
                    return Fail(problem);
                }

                Show(groups, json);
                return ExitCode.Ok;
            },
            cancellationToken);

    private void Show(IReadOnlyList<GroupCard> groups, bool json)
    {
        if (json)
        {
            var card = new GroupsCard([.. groups.Select(group => new GroupRow(group.Group.Value, group.DisplayName, group.Epoch, group.Revision, group.HasEnvelope))]);
            Shell.Print(JsonSerializer.Serialize(card, CliJson.Default.GroupsCard));
            return;
        }

        if (groups.Count == 0)
        {
            Shell.Print("You are in no group.");
            return;
        }

        var width = groups.Max(group => group.Group.Value.Length);
        foreach (var group in groups)
        {
            var state = group.HasEnvelope ? "envelope there" : "no envelope yet";
            Shell.Print(string.Create(
                CultureInfo.InvariantCulture, $"{group.Group.Value.PadRight(width)}  epoch {group.Epoch,3}  {state,-15}  {group.DisplayName}"));
        }
    }
}
