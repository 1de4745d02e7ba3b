using System.Collections.Immutable;
using EncryptionService.Formats;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;
using Google.Protobuf;

namespace EncryptionService.Service.Trust;

/// <summary>The fold over the <c>members</c> stream: pins by member, approved keys by member. Immutable: readers never wait.</summary>
internal sealed class PinState
{
    /// <summary>Nothing pinned, nothing approved.</summary>
    public static readonly PinState Empty = new([], ImmutableDictionary<MemberId, ImmutableHashSet<KeyIds>>.Empty, 0);

    private readonly ImmutableDictionary<MemberId, Pin> pins;
    private readonly ImmutableDictionary<MemberId, ImmutableHashSet<KeyIds>> approved;

    private PinState(
        ImmutableDictionary<MemberId, Pin> pins,
        ImmutableDictionary<MemberId, ImmutableHashSet<KeyIds>> approved,
        ulong frames)
    {
        this.pins = pins;
        this.approved = approved;
        Frames = frames;
    }

    /// <summary>Frames of the stream that this state has seen.</summary>
    public ulong Frames { get; }

    /// <summary>Members with a pin.</summary>
    public int Count => pins.Count;

    /// <summary>The pin of a member, or null.</summary>
    public Pin? Find(MemberId member) => pins.GetValueOrDefault(member);

    /// <summary>True where exactly these keys are the member's pinned ones.</summary>
    public bool IsPinned(MemberId member, KeyIds keys) => Find(member)?.Keys.Ids == keys;

    /// <summary>True where an operator has signed exactly these keys for the member.</summary>
    public bool IsApproved(MemberId member, KeyIds keys) => approved.TryGetValue(member, out var ids) && ids.Contains(keys);

    /// <summary>The state after a record.</summary>
    /// <exception cref="InvalidDataException">The record does not fit: the ledger was changed.</exception>
    public PinState Apply(MembersRecord record, ulong frames)
    {
        var nextPins = pins.ToBuilder();
        foreach (var entry in record.Pins)
        {
            var pin = ToPin(entry);
            var known = nextPins.GetValueOrDefault(pin.Member);
            if (pin.Counter != (known?.Counter ?? 0) + 1)
            {
                throw new InvalidDataException($"the pin of {pin.Member} has counter {pin.Counter} after {known?.Counter ?? 0}");
            }

            nextPins[pin.Member] = pin;
        }

        var nextApproved = approved;
        foreach (var document in record.Approvals)
        {
            nextApproved = Approve(nextApproved, document);
        }

        return new PinState(nextPins.ToImmutable(), nextApproved, frames);
    }

    /// <summary>The same state after frames that change no pin: a terminal frame, a snapshot of this state.</summary>
    public PinState At(ulong frames) => frames == Frames ? this : new PinState(pins, approved, frames);

    /// <summary>The state as a snapshot's payload.</summary>
    public MembersSnapshot ToSnapshot()
    {
        var snapshot = new MembersSnapshot();
        snapshot.Pins.AddRange(pins.Values.OrderBy(pin => pin.Member.Value, StringComparer.Ordinal).Select(pin => ToEntry(pin, "")));
        foreach (var (member, keys) in approved.Where(entry => !pins.ContainsKey(entry.Key)).OrderBy(entry => entry.Key.Value, StringComparer.Ordinal))
        {
            snapshot.Approved.AddRange(keys.OrderBy(ids => ids.Hpke.ToString(), StringComparer.Ordinal).Select(ids => new ApprovedKeys
            {
                MemberId = member.Value,
                Alg = ids.Alg,
                Hpke = ByteString.CopyFrom(ids.Hpke.ToArray()),
                Signing = ByteString.CopyFrom(ids.Signing.ToArray()),
            }));
        }

        return snapshot;
    }

    /// <summary>The state that a snapshot holds.</summary>
    public static PinState FromSnapshot(MembersSnapshot snapshot, ulong frames)
    {
        var pins = snapshot.Pins.Select(ToPin).ToImmutableDictionary(pin => pin.Member);
        var approved = snapshot.Approved.Aggregate(Empty.approved, (all, entry) => Approve(all, Member(entry.MemberId), IdsOf(entry)));
        return new PinState(pins, approved, frames);
    }

    /// <summary>The record's form of a pin.</summary>
    public static PinRecord ToEntry(Pin pin, string document) => new()
    {
        MemberId = pin.Member.Value,
        Keys = KeyRecords.ToRecord(pin.Keys),
        Counter = pin.Counter,
        Document = document,
    };

    private static ImmutableDictionary<MemberId, ImmutableHashSet<KeyIds>> Approve(
        ImmutableDictionary<MemberId, ImmutableHashSet<KeyIds>> approved, string document)
    {
        // Signature and expiry were checked before the document entered the ledger; what stays is its content.
        if (!Approval.TryParse(document, out var approval, out var error))
        {
            throw new InvalidDataException($"an approval does not parse: {error}");
        }

        return approval.Members.Aggregate(approved, (all, entry) => Approve(all, entry.Member, entry.Keys));
    }

    private static ImmutableDictionary<MemberId, ImmutableHashSet<KeyIds>> Approve(
        ImmutableDictionary<MemberId, ImmutableHashSet<KeyIds>> approved, MemberId member, KeyIds keys)
        => approved.SetItem(member, approved.GetValueOrDefault(member, []).Add(keys));

    private static Pin ToPin(PinRecord entry) => new(Member(entry.MemberId), KeyRecords.FromRecord(entry.Keys), entry.Counter);

    private static MemberId Member(string text) => MemberId.TryParse(text, out var member) ? member : throw new InvalidDataException("an entry names no member");

    private static KeyIds IdsOf(ApprovedKeys entry) => entry.Hpke.Length == 32 && entry.Signing.Length == 32
        ? new KeyIds(entry.Alg, Thumbprint.FromBytes(entry.Hpke.Span), Thumbprint.FromBytes(entry.Signing.Span))
        : throw new InvalidDataException("an approval has no thumbprints");
}
