using EncryptionService.Compliance;
using EncryptionService.Service.Health;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Tests.Rooms;
using EncryptionService.Service.Trust;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EncryptionService.Service.Tests.Trust;

/// <summary>What a replica knows of the members stream after something went wrong there (docs/spec/ledger.md, sections 3 and 7).</summary>
public sealed class RolledPinTests : RoomsTest
{
    /// <summary>The changes of a roll and a record: 1 the next segment, 2 the terminal frame, 3 the snapshot, 4 the record.</summary>
    public static TheoryData<int, FaultMode> Faults => new(
        from change in Enumerable.Range(1, 4) from mode in new[] { FaultMode.Fail, FaultMode.LoseReply } select (change, mode));

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_roll_of_the_pins_that_ends_in_a_failure_is_no_damage_to_whoever_began_it(int change, FaultMode mode)
    {
        FaultyLedger? ledger = null;
        Place.Settings["Ledger:SegmentFrames"] = "2";
        var here = await StartAsync(inner => ledger = new FaultyLedger(inner));
        var there = await StartAsync();
        await here.ApplyAsync(Story.Created(), Story.Added(new Person("alice")));
        await TakeAsync(here, Story.Added(new Person("bob")));
        ledger!.Arm(change, mode);
        var third = Story.Added(new Person("carol"));
        await RefusedAsync(StatusCode.Unavailable, () => here.ApplyAsync(third));

        // A unit there that pins nobody relies on all frames that it has read, the roll's among them.
        var other = new Story(Place.Time, "g2");
        await there.ApplyAsync(other.Created());

        Assert.Single((await here.GetGroupAsync("g2")).Statements);
        await TakeAsync(here, third);
        await TakeAsync(there, other.Added(new Person("dave")));
        Assert.Equal(there.Get<PinBook>().State.Frames, (await here.StateAsync("g2")).MembersLength);
        Assert.False(here.Get<ServiceState>().Damaged);
    }

    [Fact]
    public async Task A_pin_that_does_not_fit_stays_damage_for_every_later_call()
    {
        var service = await StartAsync();
        var alice = new Person("alice");
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        await AppendAsync(service, new MembersRecord { Pins = { PinState.ToEntry(new Pin(alice.Member, alice.WithNewKeys().Keys.Public, 7), "") } });

        var next = Story.Added(new Person("bob"));
        for (var call = 0; call < 3; call++)
        {
            await RefusedAsync(StatusCode.DataLoss, () => service.ApplyAsync(next));
            await RefusedAsync(StatusCode.DataLoss, () => service.ResealAsync(1, alice));
        }

        Assert.Equal(2UL, (await service.StateAsync()).NextSequence - 1);
    }

    /// <summary>Writes what the service would never write, with a right MAC.</summary>
    private async Task AppendAsync(InProcessService service, MembersRecord record)
    {
        await using var ledger = Place.OpenMemory();
        var stream = await LedgerStream.OpenAsync(
            ledger, StreamName.Members, service.Ring.Keys.LedgerKey, fromSnapshot: false, new LedgerOptions(), NullLogger.Instance, Token);
        await stream.ReadNewAsync(Token);
        Assert.True(await stream.TryAppendAsync(record.ToByteArray(), Token));
    }
}
