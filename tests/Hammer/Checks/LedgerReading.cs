using EncryptionService.Contracts.Membership;
using EncryptionService.Hammer.Core;
using EncryptionService.Hammer.Run;

namespace EncryptionService.Hammer.Checks;

/// <summary>Reads every group back from the service and compares it with the core's books.</summary>
internal sealed class LedgerReading(Sender sender, Books books, Intake intake)
{
    private const int Page = 1_000;
    private readonly List<string> problems = [];
    private int statements;

    /// <summary>The members of each group that exists, as the service's ledger has them.</summary>
    public Dictionary<string, HashSet<string>> Rosters { get; } = [];

    /// <summary>Groups that have ended, as the ledger has them.</summary>
    public HashSet<string> Ended { get; } = [];

    public async Task<Check> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var book in books.All())
        {
            await ReadAsync(book, cancellationToken);
        }

        return Check.Of(
            "What the service reads back is what it had posted",
            $"{Rosters.Count + Ended.Count} groups, {statements} statements from revision 1, rosters page by page",
            problems);
    }

    private async Task ReadAsync(GroupBook book, CancellationToken cancellationToken)
    {
        var members = new HashSet<string>();
        var request = new GetGroupRequest { GroupId = book.Group.Value, MaxStatements = Page, MaxMembers = Page };
        GetGroupResponse answer;
        do
        {
            answer = await sender.GetGroupAsync(request, cancellationToken);
            foreach (var statement in answer.Statements)
            {
                statements++;
                request.StatementsAfter++;
                Expect(intake.TakeStatement(book, statement), book, "a statement differs");
            }

            foreach (var entry in answer.Roster)
            {
                Expect(string.CompareOrdinal(request.MembersAfter, entry.MemberId) < 0 && members.Add(entry.MemberId), book, "the roster is out of order");
                request.MembersAfter = entry.MemberId;
                Expect(Fits(book, entry), book, $"{entry.MemberId} has other keys");
            }
        }
        while (answer.MoreStatements || answer.MoreMembers);

        Compare(book, answer, members);
    }

    private void Compare(GroupBook book, GetGroupResponse answer, HashSet<string> members)
    {
        var head = book.Head;
        Expect(answer is { Exists: true, Frozen: false }, book, "the service does not know it, or froze it");
        Expect(head is not null && answer.Revision == head.Revision && answer.Epoch == head.Epoch, book, "revision or epoch differs");
        Expect(answer.Deleted == (head?.End ?? false), book, "deleted on one side only");
        Expect(answer.RosterSize == (ulong)members.Count && members.Count == book.Roster.Count, book, "the size of the roster differs");
        if (answer.Deleted)
        {
            Ended.Add(book.Group.Value);
        }
        else
        {
            Rosters.Add(book.Group.Value, members);
        }
    }

    private static bool Fits(GroupBook book, RosterEntry entry) =>
        Formats.MemberId.TryParse(entry.MemberId, out var member) && book.Roster.TryGet(member, out var person)
        && person.Keys.Alg == entry.Alg && person.Keys.Hpke.ToString() == entry.HpkeThumbprint && person.Keys.Signing.ToString() == entry.SigningThumbprint;

    private void Expect(bool holds, GroupBook book, string problem)
    {
        if (!holds)
        {
            problems.Add($"{book.Group}: {problem}");
        }
    }
}
