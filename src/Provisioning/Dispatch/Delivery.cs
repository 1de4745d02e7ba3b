using EncryptionService.Contracts.Membership;
using EncryptionService.Provisioning.Database;
using Grpc.Core;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>What the service's answer means for one event.</summary>
internal enum Verdict
{
    /// <summary>The service has it.</summary>
    Taken,

    /// <summary>The service will never take it.</summary>
    Rejected,

    /// <summary>The service counts otherwise than the core: the two have to be compared.</summary>
    Lost,

    /// <summary>The group waits for an operator.</summary>
    Frozen,
}

/// <summary>An event, the service's answer to it, and what the answer means.</summary>
internal sealed record Answer(EventRow Row, Event Event, Receipt Receipt)
{
    /// <summary>What it means. A repeated answer to an event that was rejected carries its reason.</summary>
    public Verdict Verdict { get; } = Receipt.Outcome switch
    {
        Outcome.Applied => Verdict.Taken,
        Outcome.Duplicate => Receipt.Reason == Reason.Unspecified ? Verdict.Taken : Verdict.Rejected,
        Outcome.Rejected => Verdict.Rejected,
        Outcome.Frozen => Verdict.Frozen,
        _ => Verdict.Lost,
    };

    /// <summary>True if only a comparison with the service helps.</summary>
    public bool NeedsComparison => Verdict == Verdict.Lost
        || (Verdict == Verdict.Rejected && Receipt.Reason is Reason.GroupUnknown or Reason.GroupExists or Reason.GroupDeleted);
}

/// <summary>What came of one claim.</summary>
internal sealed class Delivery(string organization, DateTimeOffset askedAt, IReadOnlyList<EventRow> events)
{
    /// <summary>Organization.</summary>
    public string Organization => organization;

    /// <summary>When the first call began.</summary>
    public DateTimeOffset AskedAt => askedAt;

    /// <summary>All events of the claim.</summary>
    public IReadOnlyList<EventRow> Events => events;

    /// <summary>Answered events, in order within each group.</summary>
    public List<Answer> Answers { get; } = [];

    /// <summary>Groups whose next event makes the call fail, and how.</summary>
    public Dictionary<string, RpcException> Faults { get; } = [];

    /// <summary>What the service's ledger says about groups that had to be compared.</summary>
    public Dictionary<string, GroupSnapshot> Snapshots { get; } = [];

    /// <summary>The failure that ended the delivery for the whole organization, or null.</summary>
    public RpcException? Failure { get; set; }

    /// <summary>True if a comparison was asked for (<see cref="Reconciler.RequestAsync"/>).</summary>
    public bool IsComparison(string group) => events.Any(row => row.GroupId == group && row.Kind == Reconciler.Comparison);

    /// <summary>Groups that have to be compared with the service.</summary>
    public IEnumerable<string> ToCompare() => events.Select(row => row.GroupId).Distinct().Where(group =>
        IsComparison(group)
        || (Faults.TryGetValue(group, out var fault) && fault.StatusCode == StatusCode.InvalidArgument)
        || Answers.Exists(answer => answer.Row.GroupId == group && answer.NeedsComparison));
}

/// <summary>What the service's ledger says about a group.</summary>
internal sealed record GroupSnapshot(
    bool Exists, bool Deleted, bool Frozen, long NextSequence, long Revision, IReadOnlyDictionary<string, RosterEntry> Roster);
