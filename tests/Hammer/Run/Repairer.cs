using EncryptionService.Contracts.Membership;
using EncryptionService.Hammer.Core;
using EncryptionService.Hammer.Report;

namespace EncryptionService.Hammer.Run;

/// <summary>Fetches what posts did not bring: statements with GetGroup, envelopes with Reseal. The only recovery that a core has, or needs.</summary>
internal sealed class Repairer(Sender sender, Books books, Intake intake, CoreServer server, Faults faults, TimeProvider time)
{
    private const int Page = 1_000;
    private const int MostRounds = 60;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Calls of Reseal.</summary>
    public int Reseals { get; private set; }

    /// <summary>Repairs every group that lacks something now: right after a restart, when no post is on its way any more.</summary>
    public async Task RepairAsync(CancellationToken cancellationToken)
    {
        foreach (var book in books.Incomplete())
        {
            await RepairAsync(book, cancellationToken);
        }
    }

    /// <summary>Waits until posts have stopped coming, and repairs until nothing is lacking.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            while (books.Incomplete().Count > 0 && server.Quiet < Settled)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }

            if (books.Incomplete().Count == 0)
            {
                return;
            }

            await RepairAsync(cancellationToken);
            await Task.Delay(Pause, time, cancellationToken);
        }

        faults.Add($"{books.Incomplete().Count} groups still lack statements or envelopes after {MostRounds} rounds of repair.");
    }

    private async Task RepairAsync(GroupBook book, CancellationToken cancellationToken)
    {
        await FetchStatementsAsync(book, cancellationToken);
        List<string> missing;
        ulong epoch;
        lock (book)
        {
            missing = book.Missing();
            epoch = book.Head?.Epoch ?? 0;
        }

        foreach (var page in missing.Chunk(Page))
        {
            var answer = await sender.ResealAsync(new ResealRequest { GroupId = book.Group.Value, Epoch = epoch, MemberIds = { page } }, cancellationToken);
            Reseals++;
            foreach (var member in (answer?.Members ?? []).Where(member => member.Outcome != MemberOutcome.Wrapped))
            {
                faults.Add($"{book.Group}: reseal answered {member.Outcome} {member.Reason} for {member.MemberId}");
            }
        }
    }

    private async Task FetchStatementsAsync(GroupBook book, CancellationToken cancellationToken)
    {
        while (true)
        {
            var request = new GetGroupRequest { GroupId = book.Group.Value, MaxStatements = Page, MaxMembers = 1 };
            lock (book)
            {
                request.Statement = book.Head?.Jws.Compact ?? "";
                request.StatementsAfter = book.Revision;
            }

            var answer = await sender.GetGroupAsync(request, cancellationToken);
            if (answer.Statements.Any(statement => !intake.TakeStatement(book, statement)))
            {
                faults.Add($"{book.Group}: a fetched statement does not continue the chain");
                return;
            }

            if (!answer.MoreStatements || answer.Statements.Count == 0)
            {
                return;
            }
        }
    }
}
