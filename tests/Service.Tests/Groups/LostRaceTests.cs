using System.Security.Cryptography;
using EncryptionService.Formats;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Tests.Rooms;
using Grpc.Core;
using Xunit;

namespace EncryptionService.Service.Tests.Groups;

/// <summary>A storage that says "somebody else appended" though nobody did: every caller stops after a few tries (docs/spec/ledger.md, section 2).</summary>
public sealed class LostRaceTests : RoomsTest
{
    private static readonly StreamName group = StreamName.ForGroup("g1");
    private string ahead = "";

    public static TheoryData<string> Calls => ["unit", "pin", "approval", "reseal", "freeze", "recovery", "call key"];

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_race_that_nobody_wins_ends_as_unavailable_and_the_call_can_be_made_again(string call)
    {
        StubbornLedger? ledger = null;
        var alice = new Person("alice");
        var service = await StartAsync(inner => ledger = new StubbornLedger(inner));
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        if (call is "freeze" or "recovery")
        {
            var backup = Place.Backup();
            await TakeAsync(service, Story.Rotated());
            ahead = (await service.StateAsync()).Statement;
            Place.Memory = backup;
            service = await StartAsync(inner => ledger = new StubbornLedger(inner));
            if (call == "recovery")
            {
                await service.GetGroupAsync(statement: ahead);
            }
        }

        var (stream, send) = Prepare(service, call, alice);
        ledger!.Stream = stream;
        for (var turn = 1; turn <= 2; turn++)
        {
            var fault = await RefusedAsync(StatusCode.Unavailable, send);
            Assert.Contains("send it again", fault.Status.Detail, StringComparison.Ordinal);
            Assert.InRange(ledger.Refused, 2 * turn, 10 * turn);
        }

        ledger.Stream = null;
        await send();
    }

    private (StreamName Stream, Func<Task> Send) Prepare(InProcessService service, string call, Person alice)
    {
        var (now, until) = (Place.Time.Seconds, Place.Time.Seconds + 60);
        switch (call)
        {
            case "unit":
                var rotation = Story.Rotated();
                return (group, () => service.ApplyAsync(rotation));
            case "pin":
                var addition = Story.Added(new Person("bob"));
                return (StreamName.Members, () => service.ApplyAsync(addition));
            case "approval":
                var person = new Person("carol");
                return Signed(StreamName.Members, Place.Operator, new Approval
                {
                    Organization = Place.Organization,
                    Members = [new(person.Member, person.Ids)],
                    IssuedAt = now,
                    ExpiresAt = until,
                    Id = "approval-1",
                });
            case "reseal":
                return (group, () => service.ResealAsync(1, alice));
            case "freeze":
                return (group, () => service.GetGroupAsync(statement: ahead));
            case "recovery":
                var lost = Parse(ahead);
                return Signed(group, Place.Operator, new Recovery
                {
                    Organization = Place.Organization,
                    Group = lost.Group,
                    Revision = lost.Revision,
                    StatementHash = lost.Hash,
                    IssuedAt = now,
                    ExpiresAt = until,
                    Id = "recovery-1",
                });
            default:
                return Signed(StreamName.Root, Place.CoreKey, new CallKeyChange
                {
                    Organization = Place.Organization,
                    Audience = service.Ring.Keys.IdentityThumbprint.ToString(),
                    Key = SigningJwk.Of(Place.Operator),
                    IssuedAt = now,
                    ExpiresAt = until,
                });
        }

        (StreamName, Func<Task>) Signed(StreamName stream, ECDsa key, SignedObject document)
        {
            var text = JwsSigner.Sign(key, document);
            return (stream, () => service.SubmitAsync(text));
        }
    }
}
