using System.Security.Cryptography;
using EncryptionService.Contracts.Membership;
using EncryptionService.Hammer.Core;
using EncryptionService.Hammer.History;
using EncryptionService.Hammer.Host;
using EncryptionService.Hammer.Report;

namespace EncryptionService.Hammer.Run;

/// <summary>Sends the history, request by request, and checks every receipt.</summary>
internal sealed class Replayer(Sender sender, Repairer repairer, Books books, Replicas service, Killer? killer, Faults faults)
{
    private const int OneInSoManyIsSentAgain = 64;
    private (ApplyRequest Request, ApplyResponse Response)? before;

    public int Events { get; private set; }

    public int Requests { get; private set; }

    /// <summary>Events answered with the stored receipt.</summary>
    public int Duplicates { get; private set; }

    public Latencies Latencies { get; } = new();

    /// <summary>Sends one request until it is answered; repairs what a kill meanwhile has cost.</summary>
    /// <param name="plan">The request.</param>
    /// <param name="share">The share of the run that ends with this request.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public async Task SendAsync(PlannedRequest plan, double share, CancellationToken cancellationToken)
    {
        var request = new ApplyRequest { Events = { plan.Events } };
        foreach (var unit in plan.Units)
        {
            var book = books.Get(unit.Group);
            lock (book)
            {
                book.Plan(unit);
                if (book.Head is { } head)
                {
                    request.Known.Add(new KnownStatement { GroupId = unit.Group.Value, Statement = head.Jws.Compact });
                }
            }
        }

        var kills = service.Kills;
        killer?.Begin(share);
        var response = await sender.ApplyAsync(request, cancellationToken);
        Latencies.Add(sender.LastLatency);
        killer?.Observe(sender.LastLatency);
        Requests++;
        Events += plan.Events.Count;
        Check(plan, response);
        await SendAgainAsync(kills, cancellationToken);
        before = (request, response);
        if (service.Kills != kills)
        {
            await repairer.RepairAsync(cancellationToken);
        }
    }

    /// <summary>Sends the last request once more.</summary>
    public Task RepeatLastAsync(CancellationToken cancellationToken) => SendAgainAsync(-1, cancellationToken);

    /// <summary>After a kill, and now and then: the request before must be answered with what it was answered with.</summary>
    private async Task SendAgainAsync(int kills, CancellationToken cancellationToken)
    {
        if (before is not { } earlier || (service.Kills == kills && RandomNumberGenerator.GetInt32(OneInSoManyIsSentAgain) != 0))
        {
            return;
        }

        var again = await sender.ApplyAsync(new ApplyRequest { Events = { earlier.Request.Events } }, cancellationToken);
        Duplicates += again.Receipts.Count;
        if (again.Receipts.Any(receipt => receipt.Outcome != Outcome.Duplicate))
        {
            faults.Add("An acknowledged event was not answered with DUPLICATE when it was sent again.");
        }

        foreach (var (now, then) in again.Receipts.Select(Bare).Zip(earlier.Response.Receipts.Select(Bare)).Where(pair => !pair.First.Equals(pair.Second)))
        {
            faults.Add($"A receipt is {now}, and was {then} before.");
        }
    }

    /// <summary>A receipt without what may differ between the first answer and the stored one.</summary>
    private static Receipt Bare(Receipt receipt)
    {
        var bare = receipt.Clone();
        bare.Outcome = Outcome.Applied;

        // What the service expects next is of today: the group may have gone on since.
        bare.NextSequence = 0;
        return bare;
    }

    private void Check(PlannedRequest plan, ApplyResponse response)
    {
        if (response.Receipts.Count != plan.Events.Count)
        {
            faults.Add($"{response.Receipts.Count} receipts for {plan.Events.Count} events");
            return;
        }

        var units = plan.Units.ToDictionary(unit => unit.Group.Value);
        for (var index = 0; index < plan.Events.Count; index++)
        {
            var asked = plan.Events[index];
            Check(asked, response.Receipts[index], units[asked.GroupId]);
        }

        foreach (var unit in plan.Units)
        {
            var book = books.Get(unit.Group);
            lock (book)
            {
                book.Acknowledge(unit.Revision);
            }
        }
    }

    private void Check(Event asked, Receipt receipt, PlannedUnit unit)
    {
        Duplicates += receipt.Outcome == Outcome.Duplicate ? 1 : 0;
        var expected = asked.ChangeCase switch
        {
            Event.ChangeOneofCase.MembersAdded => MemberOutcome.Wrapped,
            Event.ChangeOneofCase.MembersRemoved => MemberOutcome.Removed,
            _ => MemberOutcome.Unspecified,
        };
        var problem = receipt.EventId != asked.EventId || receipt.GroupId != asked.GroupId || receipt.Sequence != asked.Sequence ? "is about another event"
            : receipt.Outcome is not (Outcome.Applied or Outcome.Duplicate) ? $"says {receipt.Outcome} {receipt.Reason}"
            : receipt.Revision != unit.Revision ? $"names revision {receipt.Revision} instead of {unit.Revision}"
            : receipt.NextSequence <= asked.Sequence ? $"names {receipt.NextSequence} as the next sequence"
            : expected == MemberOutcome.Unspecified ? (receipt.Members.Count > 0 ? "names members" : "")
            : receipt.Members is not [var member] || member.Outcome != expected ? $"does not say {expected}"
            : "";
        if (problem.Length > 0)
        {
            faults.Add($"The receipt for event {asked.Sequence} of {asked.GroupId} {problem}.");
        }
    }
}
