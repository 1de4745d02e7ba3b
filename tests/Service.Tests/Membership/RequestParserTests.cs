using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Service.Groups;
using EncryptionService.Service.Membership;
using EncryptionService.Service.Tests.Rooms;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Xunit;

namespace EncryptionService.Service.Tests.Membership;

/// <summary>What is malformed is refused with the name of the field (docs/spec/membership.md, section 1); nothing makes the parser throw.</summary>
public sealed class RequestParserTests
{
    private const string LongId = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private static readonly Person alice = new("alice");

    public static TheoryData<string, string> Faults => new()
    {
        { "event_id empty", "events[1].event_id" },
        { "event_id text", "events[1].event_id" },
        { "event_id version 4", "events[1].event_id" },
        { "event_id variant", "events[1].event_id" },
        { "event_id braces", "events[1].event_id" },
        { "event_id sign", "events[1].event_id" },
        { "group_id empty", "events[1].group_id" },
        { "group_id slash", "events[1].group_id" },
        { "group_id long", "events[1].group_id" },
        { "group_id umlaut", "events[1].group_id" },
        { "sequence 0", "events[1].sequence" },
        { "sequence 2^53", "events[1].sequence" },
        { "no change", "events[1].change" },
        { "added nobody", "events[1].members_added.members" },
        { "added too many", "events[1].members_added.members" },
        { "added twice", "events[1].members_added.members[1].member_id" },
        { "added bad id", "events[1].members_added.members[1].member_id" },
        { "added attested", "events[1].members_added.members[1].attestation" },
        { "added without keys", "events[1].members_added.members[1].keys" },
        { "rekeyed nobody", "events[1].member_rekeyed.member.member_id" },
        { "rekeyed bad id", "events[1].member_rekeyed.member.member_id" },
        { "rekeyed without keys", "events[1].member_rekeyed.member.keys" },
        { "rekeyed attested", "events[1].member_rekeyed.member.attestation" },
        { "rekeyed without document", "events[1].member_rekeyed.key_change" },
        { "rekeyed long document", "events[1].member_rekeyed.key_change" },
        { "removed nobody", "events[1].members_removed.member_ids" },
        { "removed too many", "events[1].members_removed.member_ids" },
        { "removed twice", "events[1].members_removed.member_ids[1]" },
        { "removed bad id", "events[1].members_removed.member_ids[1]" },
        { "adopted without document", "events[1].group_adopted.adoption" },
        { "adopted long document", "events[1].group_adopted.adoption" },
        { "too many events", "events" },
        { "too many known", "known" },
        { "known bad id", "known[0].group_id" },
        { "known empty", "known[0].statement" },
        { "known long", "known[0].statement" },
        { "known twice", "known[1].statement" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_malformed_field_is_named(string fault, string field)
    {
        var request = Valid();
        Break(request, fault);

        Assert.False(RequestParser.TryParse(request, out var parsed, out var error));

        Assert.Null(parsed);
        Assert.StartsWith(field + ":", error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_just_within_the_bounds_is_taken()
    {
        var story = new Story(new FakeTime(), LongId[..64]);
        var request = new ApplyRequest();
        request.Events.AddRange(Enumerable.Range(0, RequestParser.MaxEvents).Select(_ => story.Rotated()));
        request.Events[0].Sequence = (1UL << 53) - 1;
        request.Events[1] = story.Removed();
        request.Events[1].MembersRemoved.MemberIds.AddRange(Enumerable.Range(0, RequestParser.MaxMembers).Select(number => $"m{number}"));
        request.Events[2].EventId = request.Events[2].EventId.ToUpperInvariant();
        request.Known.Add(new KnownStatement { GroupId = "g1", Statement = new string('a', JwsTypes.MaxJws) });

        Assert.True(RequestParser.TryParse(request, out var parsed, out var error), error);

        Assert.Equal(RequestParser.MaxEvents, parsed.Events.Count);
        Assert.True(RequestParser.TryParse(new ApplyRequest(), out _, out _));
    }

    [Fact]
    public void Unknown_fields_do_not_make_another_event()
    {
        var entry = Valid().Events[1];
        byte[] more = [.. entry.ToByteArray(), 0xfa, 0x07, 0x01, 0x41]; // field 127, one byte

        Assert.True(EventParser.TryParse(entry, out var plain, out _));
        Assert.True(EventParser.TryParse(Event.Parser.ParseFrom(more), out var extended, out _));

        Assert.Equal(plain.Digest, extended.Digest);
    }

    [Fact]
    public void Every_field_counts_for_the_digest()
    {
        var entry = Valid().Events[1];
        var edits = new Action<Event>[]
        {
            e => e.EventId = Valid().Events[0].EventId,
            e => e.GroupId = "g2",
            e => e.Sequence++,
            e => e.OccurredAt++,
            e => e.MembersAdded.Members[0].MemberId = "bob",
            e => e.MembersAdded.Members[0].Keys.SigningJwk += " ",
            e => e.RotationRequested = new RotationRequested(),
        };
        var digests = edits.Select(edit =>
        {
            var changed = entry.Clone();
            edit(changed);
            Assert.True(EventParser.TryParse(changed, out var parsed, out var error), error);
            return parsed.Digest;
        }).ToList();
        Assert.True(EventParser.TryParse(entry, out var own, out _));

        Assert.Equal(edits.Length + 1, digests.Append(own.Digest).Distinct().Count());
    }

    [Fact]
    public void Wrong_keys_and_unreadable_documents_are_carried_along_as_faults()
    {
        var story = new Story(new FakeTime());
        var claim = alice.Claim();
        claim.Keys.HpkeJwk = "{}";

        Assert.True(EventParser.TryParse(story.Added(claim), out var added, out _));
        Assert.True(EventParser.TryParse(story.Rekeyed(alice, "x"), out var rekeyed, out _));
        Assert.True(EventParser.TryParse(story.Adopted("x"), out var adopted, out _));

        Assert.NotEqual(Reason.Unspecified, Assert.IsType<GroupChange.Added>(added.Change).Members[0].Fault);
        Assert.Null(Assert.IsType<GroupChange.Rekeyed>(rekeyed.Change).KeyChange);
        Assert.Null(Assert.IsType<GroupChange.Adopted>(adopted.Change).Adoption);
    }

    [Fact]
    public void No_bytes_make_the_parser_throw()
        => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => Parse(bytes)).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void No_edit_of_a_request_makes_the_parser_throw()
    {
        var story = new Story(new FakeTime());
        var request = Valid();
        request.Events.Add([story.Rekeyed(alice, "a.b.c"), story.Removed(alice), story.Adopted("a.b.c"), story.Deleted()]);
        request.Known.Add(new KnownStatement { GroupId = "g1", Statement = "a.b.c" });
        var bytes = request.ToByteArray();
        var edits = (from at in Gen.Choose(0, bytes.Length - 1) from value in Gen.Choose(0, 255) select (at, value)).ListOf();
        Prop.ForAll(edits.ToArbitrary(), list =>
        {
            var changed = bytes.ToArray();
            foreach (var (at, value) in list.Take(8))
            {
                changed[at] = (byte)value;
            }

            Parse(changed);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    private static void Parse(byte[] bytes)
    {
        ApplyRequest request;
        try
        {
            request = ApplyRequest.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return; // the wire format's own refusal comes before ours
        }

        Assert.Equal(RequestParser.TryParse(request, out var parsed, out var error), parsed is not null && error is null);
    }

    private static ApplyRequest Valid()
    {
        var story = new Story(new FakeTime());
        return new ApplyRequest { Events = { story.Created(), story.Added(alice) } };
    }

    private static void Break(ApplyRequest request, string fault)
    {
        var story = new Story(new FakeTime());
        var entry = request.Events[1];
        var bob = new MemberWithKeys { MemberId = "bob", Keys = alice.Claim().Keys };
        var longText = new string('a', JwsTypes.MaxJws + 1);
        switch (fault)
        {
            case "event_id empty": entry.EventId = ""; break;
            case "event_id text": entry.EventId = "event-1"; break;
            case "event_id version 4": entry.EventId = "0190a5c4-1111-4222-8333-444455556666"; break;
            case "event_id variant": entry.EventId = "0190a5c4-1111-7222-0333-444455556666"; break;
            case "event_id braces": entry.EventId = "{" + entry.EventId + "}"; break;
            case "event_id sign": entry.EventId = "+190a5c4-1111-7222-8333-444455556666"; break;
            case "group_id empty": entry.GroupId = ""; break;
            case "group_id slash": entry.GroupId = "../g"; break;
            case "group_id long": entry.GroupId = LongId; break;
            case "group_id umlaut": entry.GroupId = "gr\u00fcn"; break;
            case "sequence 0": entry.Sequence = 0; break;
            case "sequence 2^53": entry.Sequence = 1UL << 53; break;
            case "no change": entry.ClearChange(); break;
            case "added nobody": entry.MembersAdded.Members.Clear(); break;
            case "added too many": entry.MembersAdded.Members.Add(Enumerable.Range(0, RequestParser.MaxMembers).Select(_ => bob)); break;
            case "added twice": entry.MembersAdded.Members.Add(alice.Claim()); break;
            case "added bad id": bob.MemberId = "b b"; entry.MembersAdded.Members.Add(bob); break;
            case "added attested": bob.Attestation = "x"; entry.MembersAdded.Members.Add(bob); break;
            case "added without keys": bob.Keys = null; entry.MembersAdded.Members.Add(bob); break;
            case "rekeyed nobody": entry.MemberRekeyed = new MemberRekeyed { KeyChange = "x" }; break;
            case "rekeyed bad id": bob.MemberId = ""; entry.MemberRekeyed = new MemberRekeyed { Member = bob, KeyChange = "x" }; break;
            case "rekeyed without keys": bob.Keys = null; entry.MemberRekeyed = new MemberRekeyed { Member = bob, KeyChange = "x" }; break;
            case "rekeyed attested": bob.Attestation = "x"; entry.MemberRekeyed = new MemberRekeyed { Member = bob, KeyChange = "x" }; break;
            case "rekeyed without document": entry.MemberRekeyed = new MemberRekeyed { Member = bob }; break;
            case "rekeyed long document": entry.MemberRekeyed = new MemberRekeyed { Member = bob, KeyChange = longText }; break;
            case "removed nobody": entry.MembersRemoved = new MembersRemoved(); break;
            case "removed too many": entry.MembersRemoved = new MembersRemoved { MemberIds = { Enumerable.Range(0, 2_001).Select(number => $"m{number}") } }; break;
            case "removed twice": entry.MembersRemoved = new MembersRemoved { MemberIds = { "a", "a" } }; break;
            case "removed bad id": entry.MembersRemoved = new MembersRemoved { MemberIds = { "a", "a\n" } }; break;
            case "adopted without document": entry.GroupAdopted = new GroupAdopted(); break;
            case "adopted long document": entry.GroupAdopted = new GroupAdopted { Adoption = longText }; break;
            case "too many events": request.Events.Add(Enumerable.Range(0, RequestParser.MaxEvents).Select(_ => story.Rotated())); break;
            case "too many known": request.Known.Add(Enumerable.Range(0, 1_001).Select(number => Known($"g{number}", "x"))); break;
            case "known bad id": request.Known.Add(Known("g 1", "x")); break;
            case "known empty": request.Known.Add(Known("g1", "")); break;
            case "known long": request.Known.Add(Known("g1", longText)); break;
            case "known twice": request.Known.Add([Known("g1", "x"), Known("g1", "x")]); break;
            default: throw new ArgumentException(fault);
        }
    }

    private static KnownStatement Known(string group, string statement) => new() { GroupId = group, Statement = statement };
}
