using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Trust;
using Grpc.Core;

namespace EncryptionService.Service.Groups;

/// <summary>Makes envelopes of the current epoch again (docs/spec/membership.md, section 7).</summary>
internal sealed class GroupResealer(GroupStore store, PinBook pins, ResealBudget budget, IDeliveries deliveries, TimeProvider time)
{
    /// <summary>Records the reseal, then queues it.</summary>
    /// <exception cref="RpcException">Unknown group, another epoch, a frozen or ended group, or the budget is spent.</exception>
    public async Task<ResealResponse> ResealAsync(GroupId group, ulong epoch, IReadOnlyList<MemberId> members, CancellationToken cancellationToken)
    {
        // A key that moved on at another replica gets nothing more here.
        await pins.RefreshAsync(cancellationToken);
        using var lease = await store.RentAsync(group, cancellationToken);
        while (true)
        {
            var state = lease.State;
            if (Refusal(state, epoch) is { } refusal)
            {
                throw new RpcException(refusal);
            }

            var response = new ResealResponse();
            var recipients = new List<RosterMember>();
            foreach (var member in members)
            {
                var present = state.Roster.TryGet(member, out var entry);
                var pinned = present && pins.State.Find(member)?.Keys.Ids == entry!.Keys.Ids;
                if (pinned)
                {
                    recipients.Add(entry!);
                }

                response.Members.Add(new MemberReceipt
                {
                    MemberId = member.Value,
                    Outcome = pinned ? MemberOutcome.Wrapped : present ? MemberOutcome.Refused : MemberOutcome.Removed,
                    Reason = present && !pinned ? Reason.KeyNotPinned : Reason.Unspecified,
                });
            }

            if (recipients.Count == 0)
            {
                return response;
            }

            if (!budget.TryTake(recipients.Count))
            {
                throw new RpcException(new Status(
                    StatusCode.ResourceExhausted, "The reseal budget (Service:ResealBudgetPerHour) is spent. Try again later, with fewer members."));
            }

            var reseal = new Reseal { Epoch = epoch, Generation = state.Generation + 1 };
            reseal.MemberIds.AddRange(recipients.Select(entry => entry.Member.Value));
            var record = new GroupRecord { At = time.GetUtcNow().ToUnixTimeSeconds(), Reseal = reseal, MembersLength = pins.State.Frames };
            if (await lease.TryAppendAsync(record, cancellationToken))
            {
                deliveries.Add(new Delivery(group, state.Key, state.Statement, reseal.Generation, recipients, Mints: false) { Earlier = state.Earlier });
                response.Generation = reseal.Generation;
                return response;
            }

            budget.GiveBack(recipients.Count);
            await lease.CatchUpAsync(cancellationToken);
        }
    }

    private static Status? Refusal(GroupState state, ulong epoch)
        => !state.Exists ? new Status(StatusCode.NotFound, "group_id: this group is not known. Send its events first.")
            : state.Ended ? new Status(StatusCode.FailedPrecondition, "group_id: this group has ended.")
            : state.Frozen ? new Status(StatusCode.FailedPrecondition, "group_id: this group is frozen until an operator signs a recovery.")
            : epoch == 0 || epoch != state.Epoch ? new Status(StatusCode.FailedPrecondition, $"epoch: the current epoch is {state.Epoch}.")
            : null;
}
