using System.Globalization;
using EncryptionService.Formats;
using EncryptionService.Hammer.History;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Scim.Idp;
using Spectre.Console;

namespace EncryptionService.Hammer.Scim;

/// <summary>Tells what became of a few groups that went through SCIM, for people.</summary>
internal sealed class ScimStory(ScimRun run, IReadOnlyList<HistoryLine> lines)
{
    private const int Told = 6;

    public void Tell()
    {
        var living = run.Source.Groups.Values.Where(group => !group.Ended && ChainOf(group).Count > 0).ToList();
        Tell("The largest group", living.MaxBy(group => group.Members.Count));
        Tell("The group that changed keys most often", living.MaxBy(group => ChainOf(group)[^1].Epoch));
        Tell("A group that is no more", run.Source.Groups.Values.Where(group => group.Ended && ChainOf(group).Count > 0).MaxBy(group => ChainOf(group).Count));
    }

    private List<Statement> ChainOf(IdpGroup group) => group.Id is { } id && run.Records is { } records && records.Chains.ContainsKey(id) ? records.Read(id) : [];

    private void Tell(string title, IdpGroup? group)
    {
        if (group is null)
        {
            return;
        }

        var chain = ChainOf(group);
        var history = lines.Where(line => line.Group == group.Handle).ToList();
        var step = Math.Max(1, chain.Count / Told);
        var table = new Table().Border(Screen.Border()).Title(Markup.Escape($"{title}: {group.Name}")).AddColumn(new TableColumn("Revision").RightAligned())
            .AddColumn(new TableColumn("Epoch").RightAligned()).AddColumn("Why");
        foreach (var statement in chain.Where((_, index) => index % step == 0 || index == chain.Count - 1))
        {
            table.AddRow(
                statement.Revision.ToString(CultureInfo.InvariantCulture), statement.Epoch.ToString(CultureInfo.InvariantCulture), Markup.Escape(string.Join(", ", statement.Why)));
        }

        AnsiConsole.Write(table);
        Console.WriteLine(chain[^1].End
            ? Screen.Text($"  {history.Count} lines of history; {chain.Count} statements, the last of them final.")
            : Screen.Text($"  {history.Count} lines of history; epoch {chain[^1].Epoch} after {chain.Count} statements; all {group.Members.Count} members open it."));
    }
}
