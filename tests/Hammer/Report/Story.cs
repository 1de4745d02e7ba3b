using System.Globalization;
using EncryptionService.Formats;
using EncryptionService.Hammer.Core;
using EncryptionService.Hammer.History;
using EncryptionService.Hammer.Run;
using Spectre.Console;

namespace EncryptionService.Hammer.Report;

/// <summary>Tells what happened to a few groups, for people. Names of groups stand here only: they never travelled.</summary>
internal sealed class Story(HammerRun run, IReadOnlyList<HistoryLine> lines)
{
    private const int Told = 7;

    public void Tell()
    {
        Anchors();
        var stories = lines.Where(line => line.Group is not null).GroupBy(line => line.Group!).Select(group => group.ToList()).ToList();
        var living = stories.Where(story => story[^1].Op != Ops.GroupRemove && BookOf(story) is not null).ToList();
        var largest = living.MaxBy(story => BookOf(story)!.Roster.Count);
        var restless = living.Where(story => story != largest).MaxBy(story => BookOf(story)!.Head?.Epoch ?? 0);
        var ended = stories.Where(story => story[^1].Op == Ops.GroupRemove && BookOf(story) is not null).MaxBy(story => story.Count);
        Tell("The largest group", largest);
        Tell("The group that changed keys most often", restless);
        Tell("A group that is no more", ended);
    }

    private void Anchors()
    {
        var service = run.Desk.Service!;
        var table = new Table().Border(Screen.Border()).AddColumn("What was deployed").AddColumn("");
        table.AddRow("organization", run.Organization.Value);
        table.AddRow("gRPC door", Markup.Escape(service.Address.ToString()));
        table.AddRow("organization key (members pin this)", run.Desk.Pinned.ToString());
        table.AddRow("identity, certified by it", service.Identity.ToString());
        table.AddRow("call key of the service", service.CallKey.Thumbprint.ToString());
        table.AddRow("enrolments", run.Desk.Taken.ToString(CultureInfo.InvariantCulture));
        AnsiConsole.Write(table);
    }

    private GroupBook? BookOf(List<HistoryLine> story) => GroupId.TryParse(story[0].Group, out var group) && run.Books.Find(group) is { Head: not null } book ? book : null;

    private void Tell(string title, List<HistoryLine>? story)
    {
        if (story is null || BookOf(story) is not { Head: { } head } book)
        {
            return;
        }

        var name = story.Last(line => line.Name is not null).Name!;
        var table = new Table().Border(Screen.Border()).Title(Markup.Escape($"{title}: {name} ({book.Group})"))
            .AddColumn("When").AddColumn("What happened").AddColumn(new TableColumn("Members").RightAligned());
        foreach (var (line, members) in Moments(story))
        {
            table.AddRow(line.At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Markup.Escape(Words(line)), members.ToString(CultureInfo.InvariantCulture));
        }

        AnsiConsole.Write(table);
        Console.WriteLine(head.End
            ? Screen.Text($"  The chain of {book.Revision} statements ends with a final one; nobody opens anything of it any more.")
            : Screen.Text($"  Epoch {head.Epoch} after {book.Revision} statements; all {book.Roster.Count} members open it."));
        LastToLeave(story, book, head);
        Console.WriteLine();
    }

    private void LastToLeave(List<HistoryLine> story, GroupBook book, Statement head)
    {
        var left = story.LastOrDefault(line => line.Op is Ops.MemberRemove or Ops.OwnerRemove && !book.Roster.Contains(run.People.Get(line.User!).Member));
        if (left is null || head.End)
        {
            return;
        }

        var old = book.NewestOf(left.User!);
        Console.WriteLine(old is null
            ? Screen.Text($"  {left.User} left on {left.At:yyyy-MM-dd} and never had an envelope.")
            : Screen.Text($"  {left.User} left on {left.At:yyyy-MM-dd}: the last envelope is of epoch {old.Epoch}, and does not open epoch {head.Epoch}."));
    }

    /// <summary>First lines, and where members changed most, in order.</summary>
    private static IEnumerable<(HistoryLine Line, int Members)> Moments(List<HistoryLine> story)
    {
        var members = 0;
        var all = story.Select(line => (line, members += Change(line))).ToList();
        var step = Math.Max(1, (all.Count - 1) / (Told - 1));
        return all.Where((_, index) => index % step == 0 && index / step < Told - 1).Append(all[^1]).DistinctBy(moment => moment.line, ReferenceEqualityComparer.Instance);
    }

    private static int Change(HistoryLine line) => line.Op switch
    {
        Ops.MemberAdd or Ops.OwnerAdd => 1,
        Ops.MemberRemove or Ops.OwnerRemove => -1,
        _ => 0,
    };

    private static string Words(HistoryLine line) => line.Op switch
    {
        Ops.GroupAdd => $"made as {line.Name}",
        Ops.GroupRename => $"renamed to {line.Name}",
        Ops.GroupRemove => "removed",
        Ops.MemberAdd => $"{line.User} joined: the current key was wrapped to one more",
        Ops.OwnerAdd => $"{line.User} joined as an owner: the current key was wrapped to one more",
        _ => $"{line.User} left: a new epoch for those who stayed",
    };
}
