using EncryptionService.Contracts.Membership;
using EncryptionService.Provisioning.Database;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Sends events, and finds the group that makes a call fail for all.</summary>
internal sealed class EventSender(CoreStore store, ServiceDoors doors, TimeProvider time)
{
    // An answer that may be about one group's events as well as about the way there is tried as the latter first.
    private const int PatienceWithUnknown = 3;

    /// <summary>Sends: (1) all in one call; (2) where the service says that something in it is wrong, group by group, and then event by event.</summary>
    /// <returns>What the service said; nothing is written.</returns>
    public async Task<Delivery> SendAsync(string organization, IReadOnlyList<EventRow> events, CancellationToken cancellationToken)
    {
        var delivery = new Delivery(organization, time.GetUtcNow(), events);
        var sent = events.Where(row => !delivery.IsComparison(row.GroupId)).ToList();
        if (sent.Count == 0)
        {
            return delivery;
        }

        var failure = await TrySendAsync(delivery, sent, cancellationToken); // (1)
        if (failure is not null && await IsAboutContentAsync(organization, failure, cancellationToken)) // (2)
        {
            failure = await IsolateAsync(delivery, sent, failure, cancellationToken);
        }

        delivery.Failure = failure;
        return delivery;
    }

    private async Task<RpcException?> IsolateAsync(Delivery delivery, List<EventRow> sent, RpcException first, CancellationToken cancellationToken)
    {
        var groups = sent.GroupBy(row => row.GroupId).ToList();
        foreach (var group in groups)
        {
            var failure = groups.Count == 1 ? first : await TrySendAsync(delivery, [.. group], cancellationToken);
            if (failure is null)
            {
                continue;
            }

            if (group.Count() > 1 && IsSameKind(failure, first))
            {
                failure = await SendSinglyAsync(delivery, group, cancellationToken);
            }

            if (failure is null)
            {
                continue;
            }

            if (!IsSameKind(failure, first))
            {
                return failure;
            }

            delivery.Faults[group.Key] = failure;
        }

        if (delivery.Answers.Count > 0 || first.StatusCode is StatusCode.InvalidArgument or StatusCode.DataLoss)
        {
            return null;
        }

        // No group is better than the others: it is the service.
        delivery.Faults.Clear();
        return first;
    }

    private async Task<RpcException?> SendSinglyAsync(Delivery delivery, IEnumerable<EventRow> group, CancellationToken cancellationToken)
    {
        foreach (var row in group)
        {
            if (await TrySendAsync(delivery, [row], cancellationToken) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    private async Task<RpcException?> TrySendAsync(Delivery delivery, List<EventRow> rows, CancellationToken cancellationToken)
    {
        var request = new ApplyRequest();
        request.Events.AddRange(rows.Select(row => Event.Parser.ParseFrom(row.Payload)));
        request.Known.AddRange(await KnownAsync([.. rows.Select(row => row.GroupId).Distinct()], cancellationToken));
        try
        {
            var response = await doors.ApplyAsync(delivery.Organization, request, cancellationToken);
            if (!response.Receipts.Select(receipt => receipt.EventId).SequenceEqual(rows.Select(row => row.EventId), StringComparer.Ordinal)
                || response.Receipts.Any(receipt => receipt.Revision > long.MaxValue))
            {
                return new RpcException(new Status(StatusCode.Unknown, "The service's answer does not fit what was sent."));
            }

            delivery.Answers.AddRange(rows.Select((row, index) => new Answer(row, request.Events[index], response.Receipts[index])));
            return null;
        }
        catch (RpcException exception)
        {
            return exception;
        }
    }

    private Task<List<KnownStatement>> KnownAsync(IReadOnlyList<string> groups, CancellationToken cancellationToken) => store.ReadAsync(
        db => db.Chains
            .Where(chain => groups.Contains(chain.GroupId))
            .Join(db.Statements, chain => new { chain.GroupId, chain.Revision }, row => new { row.GroupId, row.Revision }, (chain, row) => row)
            .Select(row => new KnownStatement { GroupId = row.GroupId, Statement = row.Statement })
            .ToListAsync(cancellationToken),
        cancellationToken);

    private async Task<bool> IsAboutContentAsync(string organization, RpcException failure, CancellationToken cancellationToken) => failure.StatusCode switch
    {
        StatusCode.InvalidArgument or StatusCode.DataLoss => true,
        StatusCode.Unknown or StatusCode.Internal => PatienceWithUnknown <= await store.ReadAsync(
            db => db.Services.Where(row => row.OrganizationId == organization).Select(row => row.Failures).SingleOrDefaultAsync(cancellationToken), cancellationToken),
        _ => false,
    };

    private static bool IsSameKind(RpcException failure, RpcException first) => failure.StatusCode == first.StatusCode;
}
