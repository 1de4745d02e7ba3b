using EncryptionService.Formats;
using EncryptionService.Hammer.Core;
using EncryptionService.Hammer.History;

namespace EncryptionService.Hammer.Checks;

/// <summary>Rosters against the model and the snapshot, chains against their rules.</summary>
internal static class RosterChecks
{
    /// <summary>These rosters are those that the lines mean.</summary>
    public static Check AgainstModel(Dictionary<string, HashSet<string>> rosters, HashSet<string> ended, Model model)
    {
        var problems = Differences(rosters, model.Rosters);
        problems.AddRange(ended.Except(model.Ended).Select(group => $"{group} ended"));
        problems.AddRange(model.Ended.Except(ended).Select(group => $"{group} did not end"));
        return Check.Of("Every roster is what the history's lines mean", Size(model.Rosters), problems);
    }

    /// <summary>These rosters are those of the published state.</summary>
    public static Check AgainstSnapshot(Dictionary<string, HashSet<string>> rosters, Snapshot snapshot)
    {
        var expected = snapshot.Rosters();
        return Check.Of("Every roster is that of the published end state", Size(expected), Differences(rosters, expected));
    }

    /// <summary>Walks every chain again, from revision 1, and looks for second commitments.</summary>
    public static Check Chains(Books books, Intake intake)
    {
        var problems = new List<string>();
        var seen = new HashSet<Digest32>();
        foreach (var book in books.All())
        {
            for (var index = 0; index < book.Statements.Count; index++)
            {
                var statement = book.Statements[index];
                var reason = "";
                var holds = index == 0 ? statement.Revision == 1 : statement.Continues(book.Statements[index - 1], out reason);
                if (!holds)
                {
                    problems.Add($"{book.Group} revision {statement.Revision}: {reason}");
                }

                var first = index == 0 || book.Statements[index - 1].Epoch != statement.Epoch;
                if (first && statement.Commitment is { } commitment && !seen.Add(commitment))
                {
                    problems.Add($"{book.Group} epoch {statement.Epoch}: a commitment for the second time");
                }
            }

            if (book.Revision != book.Acknowledged)
            {
                problems.Add($"{book.Group}: acknowledged up to {book.Acknowledged}, held up to {book.Revision}");
            }
        }

        return Check.Of(
            "One statement for each revision, one commitment for each epoch, every chain whole", $"{intake.Statements} statements, {intake.Epochs} epochs", problems);
    }

    private static string Size(Dictionary<string, HashSet<string>> rosters) => $"{rosters.Count} groups, {rosters.Values.Sum(roster => roster.Count)} memberships";

    private static List<string> Differences(Dictionary<string, HashSet<string>> found, Dictionary<string, HashSet<string>> expected)
    {
        var problems = expected.Keys.Except(found.Keys).Select(group => $"{group} is missing").ToList();
        problems.AddRange(found.Keys.Except(expected.Keys).Select(group => $"{group} should not be there"));
        problems.AddRange(expected.Where(group => found.TryGetValue(group.Key, out var members) && !members.SetEquals(group.Value))
            .Select(group => $"{group.Key} has other members"));
        return problems;
    }
}
