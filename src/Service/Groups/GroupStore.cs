using EncryptionService.Formats;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Settings;
using EncryptionService.Service.Trust;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Groups;

/// <summary>Groups in memory, each behind its own gate, loaded from its stream when asked for, dropped when not used for long.</summary>
/// <remarks>Memory is bounded by the number of members in all cached groups; a group that is in use is never dropped.</remarks>
internal sealed class GroupStore(
    ILedger ledger, KeyRing ring, PinBook pins, IOptions<ServiceOptions> options, IOptions<LedgerOptions> ledgerOptions, ILogger<GroupStore> logger)
    : IDisposable
{
    // A small group costs memory too: its stream, its statement, its recent units.
    private const int CostOfAGroup = 64;

    private readonly Dictionary<GroupId, LinkedListNode<GroupEntry>> entries = [];
    private readonly LinkedList<GroupEntry> byUse = new();
    private readonly Lock guard = new();
    private long cost;

    /// <summary>Waits for the group and takes it with its newest state: nobody else in this process has it until the lease is disposed.</summary>
    /// <exception cref="LedgerDamagedException">The group's stream does not verify.</exception>
    public Task<GroupLease> RentAsync(GroupId id, CancellationToken cancellationToken) => RentAsync(id, newest: true, cancellationToken);

    /// <summary>The same, with the state that this process remembers, if it does: nothing is read then. Who appends need not know more, for what is not the newest cannot be appended to.</summary>
    /// <exception cref="LedgerDamagedException">The group's stream does not verify.</exception>
    public Task<GroupLease> RentRememberedAsync(GroupId id, CancellationToken cancellationToken) => RentAsync(id, newest: false, cancellationToken);

    /// <summary>A second reader of the whole stream, for what is no longer in memory.</summary>
    public ValueTask<LedgerStream> OpenHistoryAsync(GroupId id, CancellationToken cancellationToken)
        => LedgerStream.OpenAsync(ledger, StreamName.ForGroup(id.Value), ring.Keys.LedgerKey, fromSnapshot: false, ledgerOptions.Value, logger, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var entry in byUse)
        {
            entry.Gate.Dispose();
        }
    }

    /// <summary>Gives a group back.</summary>
    internal void Release(GroupEntry entry, bool gateTaken)
    {
        var newCost = entry.State.Roster.Count + CostOfAGroup;
        if (gateTaken)
        {
            entry.Gate.Release();
        }

        lock (guard)
        {
            cost += newCost - entry.Cost;
            entry.Cost = newCost;
            entry.Users--;

            // Groups that do not exist are not remembered: ids cost nothing to make up.
            if (entry.Users == 0 && entry.State is { Exists: false, Frozen: false })
            {
                Drop(entries[entry.State.Id]);
            }

            for (var oldest = byUse.Last; oldest is not null && cost > options.Value.CachedMembers;)
            {
                var candidate = oldest;
                oldest = oldest.Previous;
                if (candidate.Value.Users == 0)
                {
                    Drop(candidate);
                }
            }
        }
    }

    private async Task<GroupLease> RentAsync(GroupId id, bool newest, CancellationToken cancellationToken)
    {
        var entry = Hold(id);
        try
        {
            await entry.Gate.WaitAsync(cancellationToken);
        }
        catch
        {
            Release(entry, gateTaken: false);
            throw;
        }

        try
        {
            entry.Stream ??= await LedgerStream.OpenAsync(
                ledger, StreamName.ForGroup(id.Value), ring.Keys.LedgerKey, fromSnapshot: true, ledgerOptions.Value, logger, cancellationToken);
            var lease = new GroupLease(this, entry, pins);
            if (newest || !entry.Certain)
            {
                await lease.CatchUpAsync(cancellationToken);
            }

            return lease;
        }
        catch
        {
            // The next one starts from the ledger again.
            entry.Forget();
            Release(entry, gateTaken: true);
            throw;
        }
    }

    private GroupEntry Hold(GroupId id)
    {
        lock (guard)
        {
            if (!entries.TryGetValue(id, out var node))
            {
                node = byUse.AddFirst(new GroupEntry(id) { Cost = CostOfAGroup });
                entries.Add(id, node);
                cost += CostOfAGroup;
            }
            else if (node != byUse.First)
            {
                byUse.Remove(node);
                byUse.AddFirst(node);
            }

            node.Value.Users++;
            return node.Value;
        }
    }

    private void Drop(LinkedListNode<GroupEntry> node)
    {
        entries.Remove(node.Value.State.Id);
        byUse.Remove(node);
        cost -= node.Value.Cost;
        node.Value.Gate.Dispose();
    }
}

/// <summary>One cached group. <see cref="Users"/> and <see cref="Cost"/> belong to the store's guard, the rest to the gate.</summary>
internal sealed class GroupEntry(GroupId id)
{
    public SemaphoreSlim Gate { get; } = new(1, 1);

    public LedgerStream? Stream { get; set; }

    public GroupState State { get; set; } = GroupState.New(id);

    /// <summary>Whether the state holds every frame that this process has read or written; false before the first reading, and after a failure.</summary>
    public bool Certain { get; set; }

    public int Users { get; set; }

    public long Cost { get; set; }

    /// <summary>Drops the stream: the next one to use the group starts from the ledger.</summary>
    public void Forget()
    {
        Stream = null;
        State = GroupState.New(id);
        Certain = false;
    }
}
