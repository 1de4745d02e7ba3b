using System.Text.Json;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Service.Groups;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Tests.Rooms;
using EncryptionService.Service.Verification;
using Google.Protobuf;
using Xunit;

namespace EncryptionService.Service.Tests.Verification;

/// <summary>The verb writes to the console, of which there is one.</summary>
[CollectionDefinition("console", DisableParallelization = true)]
public sealed class ConsoleTests;

/// <summary><c>ledger verify</c> and <c>identity</c> (docs/spec/ledger.md, section 9).</summary>
[Collection("console")]
public sealed class LedgerVerbsTests : RoomsTest
{
    private readonly Person alice = new("alice");
    private readonly Person bob = new("bob");

    [Theory]
    [InlineData("1")]
    [InlineData("3")]
    [InlineData("20000")]
    public async Task A_ledger_with_records_of_every_kind_is_intact(string frames)
    {
        await UseAsync(frames);

        var (code, report) = await VerifyAsync();

        Assert.True(code == ExitCode.Ok, string.Join('\n', report.Faults));
        Assert.Equal((true, true, 5), (report.Intact, report.WithKeys, report.Streams));
        Assert.Equal(Place.Memory.Segments.Count, report.Segments);
        Assert.Equal(Place.Memory.Segments.Values.Sum(bytes => (long)bytes.Length), report.Bytes);
        var text = await TellAsync();
        Assert.Contains("sealed vault keys against their commitments", text, StringComparison.Ordinal);
        Assert.Contains("The ledger is intact.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_wrapping_key_it_says_what_was_not_checked()
    {
        await UseAsync("3");
        File.Delete(Path.Combine(Place.KeyFolder, "kek-000001.p8"));
        File.Delete(Path.Combine(Place.KeyFolder, "kek-000002.p8"));

        var (code, report) = await VerifyAsync();

        Assert.Equal((ExitCode.Ok, false, 5), (code, report.WithKeys, report.Streams));
        var text = await TellAsync();
        Assert.Contains("Not checked, for want of the root key: MACs and sealed keys", text, StringComparison.Ordinal);
        Assert.Contains("kek-000002.p8", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flipped_bit_is_named_with_stream_segment_and_offset()
    {
        await UseAsync("3");
        foreach (var (name, intact) in Place.Memory.Segments.ToArray())
        {
            for (var at = 0; at < intact.Length; at += Math.Max(1, intact.Length / 5))
            {
                var flipped = intact.ToArray();
                flipped[at] ^= 0x10;
                Place.Memory.Segments[name] = flipped;

                var (code, report) = await VerifyAsync();

                Assert.Equal((ExitCode.Damaged, false), (code, report.Intact));
                var fault = Assert.Single(report.Faults);
                Assert.Equal((name.Stream.ToString(), name.Number), (fault.Stream, fault.Segment));
                // The key that would vouch for the root's first frame lies in it: there the next frame is what betrays a change.
                Assert.InRange(fault.Offset, 0, name.Stream == StreamName.Root ? intact.Length : at);
            }

            Place.Memory.Segments[name] = intact;
        }
    }

    [Theory]
    [InlineData("wrapped key")]
    [InlineData("sealed key")]
    [InlineData("certificate")]
    public async Task A_changed_root_is_damage_even_where_no_later_frame_betrays_it(string changed)
    {
        var created = (await StartAsync(("Service:OperatorKeys", "[]"))).Get<RootStore>().State.Created!;
        var name = Assert.Single(Place.Memory.Segments.Keys);
        var bytes = Place.Memory.Segments[name];
        var part = changed switch
        {
            "wrapped key" => created.Root.Blob.Span,
            "sealed key" => created.SealedIdentity.Span,
            _ => System.Text.Encoding.ASCII.GetBytes(created.Certificate),
        };
        bytes[bytes.AsSpan().IndexOf(part) + (part.Length / 2)] ^= 1;

        var (code, report) = await VerifyAsync();

        Assert.Equal(ExitCode.Damaged, code);
        Assert.Equal(("root", 1, 0L), (Assert.Single(report.Faults).Stream, report.Faults[0].Segment, report.Faults[0].Position));
    }

    [Fact]
    public async Task A_ledger_of_another_organization_is_not_called_damaged()
    {
        await StartAsync();
        Place.Settings["Service:OrganizationId"] = "o2";

        Assert.Equal(ExitCode.Disagreement, (await Assert.ThrowsAsync<StartupException>(VerifyAsync)).ExitCode);
    }

    [Fact]
    public async Task Every_damaged_stream_is_named_once()
    {
        await UseAsync("20000");
        foreach (var (name, bytes) in Place.Memory.Segments.Where(segment => segment.Key.Stream.GroupId is not null).ToArray())
        {
            bytes[100] ^= 1;
            Place.Memory.Segments[name] = bytes;
        }

        var (code, report) = await VerifyAsync();

        Assert.Equal(ExitCode.Damaged, code);
        Assert.Equal(["group/g1", "group/g2", "group/g3"], report.Faults.Select(fault => fault.Stream));
    }

    [Theory]
    [InlineData("signature", "did not sign")]
    [InlineData("commitment", "commits to")]
    [InlineData("sealed key", "does not open")]
    [InlineData("roster", "something else than its record")]
    [InlineData("previous", "does not continue")]
    [InlineData("revision", "revision that does not follow")]
    [InlineData("sequence", "sequence that does not follow")]
    [InlineData("text", "does not parse")]
    public async Task A_record_that_a_key_holder_forged_is_named(string forged, string reason)
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        var state = await service.StateAsync();
        await TakeAsync(service, Story.Rotated());
        var keys = service.Ring.Keys;
        var record = (await LastRecordAsync(service)).Clone();
        var claims = Parse(record.Statement);
        switch (forged)
        {
            case "signature":
                record.Statement = Jws.Assemble(claims.SigningInput(claims.Issuer), new byte[64]);
                break;
            case "commitment":
                record.Statement = keys.SignAsIdentity(claims with { Commitment = Digest32.Of([1]) });
                break;
            case "sealed key":
                record.Minted.SealedKey = state.Key!.SealedKey;
                break;
            case "roster":
                record.Changes.Add(new RosterChange { MemberId = "mallory", Keys = KeyRecords.ToRecord(bob.Keys.Public) });
                break;
            case "previous":
                record.Statement = keys.SignAsIdentity(claims with { Previous = Digest32.Of([1]) });
                break;
            case "revision":
                record.Revision++;
                break;
            case "sequence":
                record.Events[0].Sequence++;
                break;
            default:
                record.Statement = "not.a.statement";
                break;
        }

        var check = new StreamCheck(keys.Certificate, keys).For(StreamName.ForGroup("g1"));
        var records = await RecordsAsync(service);
        Assert.Null(check(Framed(records[0])));

        Assert.Contains(reason, check(Framed(record)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_that_says_something_else_is_named()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        var snapshot = GroupFold.ToSnapshot(await service.StateAsync());
        snapshot.Roster.Add(new RosterChange { MemberId = "mallory", Keys = KeyRecords.ToRecord(bob.Keys.Public) });
        var check = new StreamCheck(service.Ring.Keys.Certificate, service.Ring.Keys).For(StreamName.ForGroup("g1"));
        Assert.Null(check(Framed((await RecordsAsync(service))[0])));

        Assert.Contains("snapshot", check(Framed(snapshot, FrameKind.Snapshot)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_identity_verb_shows_what_members_pin()
    {
        var service = await StartAsync();

        var text = await ConsoleAsync(rooms => LedgerVerbs.ShowIdentityAsync(rooms, true, Token));

        var card = JsonSerializer.Deserialize(text.Text, ReportJson.Default.IdentityReport)!;
        Assert.Equal(service.Ring.Keys.Certificate.OrganizationKey.Thumbprint.ToString(), card.OrganizationKey);
        Assert.True(OrganizationCode.TryParse(card.OrganizationCode, out var pinned, out var error), error);
        Assert.Equal(service.Ring.Keys.Certificate.OrganizationKey.Thumbprint, pinned);
        Assert.Equal(("o1", service.Ring.Keys.IdentityThumbprint.ToString(), 1UL), (card.Organization, card.Identity, card.Generation));
    }

    /// <summary>All kinds of records: units, pins, changes, approvals, rotation of the KEK, adoption, reseal, freeze, recovery, end.</summary>
    private async Task UseAsync(string frames)
    {
        Place.Settings["Ledger:SegmentFrames"] = frames;
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice, bob));
        var next = alice.WithNewKeys();
        await service.SubmitAsync(JwsSigner.Sign(Place.Operator, new Approval
        {
            Organization = Place.Organization,
            Members = [new(IdOf.Member("carol"), bob.Ids)],
            IssuedAt = Place.Time.Seconds,
            ExpiresAt = Place.Time.Seconds + 60,
            Id = "a1",
        }));
        await TakeAsync(service, Story.Rekeyed(next, alice.Keys.Sign(alice.ChangeTo(next, 1, Place.Time))));
        await service.ResealAsync(2, next);
        var backup = Place.Backup();
        await TakeAsync(service, Story.Removed(bob));
        var ahead = (await service.StateAsync()).Statement;
        Place.Memory = backup;

        service = await StartAsync();
        await service.GetGroupAsync(statement: ahead);
        await service.SubmitAsync(JwsSigner.Sign(Place.Operator, new Recovery
        {
            Organization = Place.Organization,
            Group = IdOf.Group("g1"),
            Revision = Parse(ahead).Revision,
            StatementHash = Parse(ahead).Hash,
            IssuedAt = Place.Time.Seconds,
            ExpiresAt = Place.Time.Seconds + 60,
            Id = "r1",
        }));
        Story.Next = (await service.StateAsync()).NextSequence;
        await TakeAsync(service, Story.Removed(bob));
        await TakeAsync(service, Story.Rotated());
        var adopting = new Story(Place.Time, "g2");
        using var adopted = VaultKey.Generate();
        var adoption = new Adoption
        {
            Organization = Place.Organization,
            Group = IdOf.Group("g2"),
            Member = bob.Member,
            Identity = service.Ring.Keys.IdentityThumbprint,
            SealedKey = AdoptedKey.Seal(adopted, service.Ring.Keys.Certificate.Adoption, Place.Organization, IdOf.Group("g2"), bob.Member),
            IssuedAt = Place.Time.Seconds,
            ExpiresAt = Place.Time.Seconds + 60,
        };
        await service.ApplyAsync(adopting.Created(), adopting.Adopted(bob.Keys.Sign(adoption)), adopting.Added(bob));
        await TakeAsync(service, adopting.Rotated());
        await TakeAsync(service, adopting.Deleted());
        var small = new Story(Place.Time, "g3");
        await service.ApplyAsync(small.Created());
        service.Get<LocalKeyEncryptionKey>().CreateVersion();
        await StartAsync();
    }

    private static Frame Framed(IMessage payload, FrameKind kind = FrameKind.Record)
    {
        byte[] bytes = [.. new byte[FrameCodec.HeaderSize], .. payload.ToByteArray(), .. new byte[FrameCodec.MacSize]];
        return new Frame(kind, 0, new SegmentName(StreamName.ForGroup("g1"), 1), 0, bytes);
    }

    private static async Task<List<GroupRecord>> RecordsAsync(InProcessService service)
    {
        var history = await service.Get<GroupStore>().OpenHistoryAsync(IdOf.Group("g1"), Token);
        return [.. (await history.ReadNewAsync(Token)).Where(frame => frame.Kind == FrameKind.Record).Select(frame => GroupRecord.Parser.ParseFrom(frame.Payload.Span))];
    }

    private static async Task<GroupRecord> LastRecordAsync(InProcessService service) => (await RecordsAsync(service))[^1];

    private async Task<(int Code, VerifyReport Report)> VerifyAsync()
    {
        var (code, text) = await ConsoleAsync(rooms => LedgerVerbs.VerifyAsync(rooms, true, Token));
        return (code, JsonSerializer.Deserialize(text, ReportJson.Default.VerifyReport)!);
    }

    private async Task<string> TellAsync() => (await ConsoleAsync(rooms => LedgerVerbs.VerifyAsync(rooms, false, Token))).Text;

    private async Task<(int Code, string Text)> ConsoleAsync(Func<IServiceProvider, Task<int>> verb)
    {
        await using var service = InProcessService.Build(Place);
        var before = Console.Out;
        using var writer = new StringWriter();
        Console.SetOut(writer);
        try
        {
            return (await verb(service.Rooms), writer.ToString());
        }
        finally
        {
            Console.SetOut(before);
        }
    }
}
