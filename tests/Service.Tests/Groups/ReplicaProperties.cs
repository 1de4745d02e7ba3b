using EncryptionService.Compliance;
using EncryptionService.Contracts.Membership;
using EncryptionService.Envelopes;
using EncryptionService.Service.Groups;
using EncryptionService.Service.Tests.Rooms;
using FsCheck;
using FsCheck.Fluent;
using Grpc.Core;
using Xunit;
using Outcome = EncryptionService.Contracts.Membership.Outcome;

namespace EncryptionService.Service.Tests.Groups;

/// <summary>Whichever of two replicas a request comes to, both at once among them, however they die and whatever reply is lost: one history.</summary>
public sealed class ReplicaProperties
{
    private const int People = 5;
    private const int MostAttempts = 20;

    // Keys are slow to make, and which ones they are does not matter.
    private static readonly Person[] persons = [.. Enumerable.Range(0, People).Select(who => new Person($"member-{who}"))];

    /// <summary>One change and how it is sent: to whom, what goes wrong there, and whether the request ends after it.</summary>
    private static Arbitrary<Step[]> Histories => Arb.From(
        (from kind in Gen.Choose(0, 6)
         from who in Gen.Choose(0, People - 1)
         from way in Gen.Elements(Way.First, Way.Second, Way.Both, Way.First, Way.Second)
         from fault in Gen.Elements<FaultMode?>(null, null, null, FaultMode.DieBefore, FaultMode.DieAfter, FaultMode.Fail, FaultMode.LoseReply)
         from operation in Gen.Choose(1, 4)
         from cut in Gen.Choose(0, 1)
         select new Step(kind, who, way, fault, operation, cut == 0)).NonEmptyListOf().Select(list => list.Take(20).ToArray()));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Two_replicas_lose_nothing_double_nothing_and_answer_alike()
        => Prop.ForAll(Histories, steps => HoldsAsync(steps).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    private static async Task HoldsAsync(Step[] steps)
    {
        using var place = new ServicePlace();
        place.Settings["Ledger:SegmentFrames"] = "3"; // rolls are races, too
        await using var pair = new Pair(place);
        await pair.StartAsync();
        var events = Events(steps, place.Time);
        var receipts = new List<Receipt>();
        foreach (var (request, step) in Requests(events, steps))
        {
            receipts.AddRange(await pair.SendAsync(request, step));
        }

        // (1) Every event has been taken, once, in its place.
        Assert.All(receipts, receipt => Assert.Contains(receipt.Outcome, new[] { Outcome.Applied, Outcome.Duplicate }));
        Assert.Equal(events.Select(entry => entry.Sequence), receipts.Select(receipt => receipt.Sequence));

        // (2) The same answers from either, and from one that has just started.
        await using var fresh = await InProcessService.StartAsync(place);
        var asked = new List<IReadOnlyList<Receipt>>();
        foreach (var service in new[] { pair.First, pair.Second, fresh })
        {
            asked.Add(await service.ApplyAsync([.. events]));
        }

        Assert.Equal(receipts.Select(Content), asked[0].Select(Content));
        Assert.Equal(asked[0], asked[1]);
        Assert.Equal(asked[0], asked[2]);

        // (3) One chain of statements, one key for an epoch, the roster that one replica alone comes to.
        foreach (var service in new[] { pair.First, pair.Second, fresh })
        {
            await AssertChainAsync(service);
        }

        using var aloneAt = new ServicePlace();
        await using var alone = await InProcessService.StartAsync(aloneAt);
        await alone.ApplyAsync([.. events]);
        var state = await fresh.StateAsync();
        Assert.Equal((await alone.StateAsync()).Roster.Root, state.Roster.Root);
        Assert.Equal((ulong)events.Count + 1, state.NextSequence);
        await AssertKeysAsync(pair.First, place, state);
    }

    private static async Task AssertChainAsync(InProcessService service)
    {
        var statements = (await service.GetGroupAsync()).Statements.Select(RoomsTest.Parse).ToList();
        Assert.Equal(Enumerable.Range(1, statements.Count).Select(revision => (ulong)revision), statements.Select(statement => statement.Revision));
        Assert.All(statements.Zip(statements.Skip(1)), pair => Assert.True(pair.Second.Continues(pair.First, out var gap), gap));
        Assert.All(statements.Where(statement => statement.Epoch > 0).GroupBy(statement => statement.Epoch), epoch => Assert.Single(epoch.Select(statement => statement.Commitment).Distinct()));
    }

    /// <summary>Whatever either replica queued for an epoch opens to that epoch's one key.</summary>
    private static async Task AssertKeysAsync(InProcessService service, ServicePlace place, GroupState state)
    {
        foreach (var epoch in place.Deliveries.All.Where(delivery => delivery.Key is not null).GroupBy(delivery => delivery.Key!.Epoch))
        {
            Assert.Single(epoch.Select(delivery => delivery.Key!.SealedKey).Distinct());
        }

        foreach (var person in persons.Where(person => state.Roster.Contains(person.Member) && !state.Ended))
        {
            // A replica that died after its append had no time to queue it: a reseal does.
            if (place.Deliveries.Find(state.Id, person.Member, state.Epoch) is null)
            {
                await service.ResealAsync(state.Epoch, person);
            }

            using var opened = await service.OpenAsync(person);
            Assert.Equal(OpenOutcome.Opened, opened?.Outcome);
        }
    }

    /// <summary>What an answer says about its event: whether it was the first answer, and what is free by now, is of the moment.</summary>
    private static Receipt Content(Receipt receipt)
    {
        var content = receipt.Clone();
        content.Outcome = content.Reason == Reason.Unspecified ? Outcome.Applied : Outcome.Rejected;
        content.NextSequence = 0;
        return content;
    }

    private static List<Event> Events(Step[] steps, FakeTime time)
    {
        var story = new Story(time);
        return [story.Created(), .. steps.Select(step => step.Kind switch
        {
            < 3 => story.Added(persons[step.Who], persons[(step.Who + 1) % People]),
            < 5 => story.Removed(persons[step.Who]),
            _ => story.Rotated(),
        })];
    }

    private static IEnumerable<(Event[] Request, Step Step)> Requests(List<Event> events, Step[] steps)
    {
        var request = new List<Event>();
        for (var i = 0; i < events.Count; i++)
        {
            request.Add(events[i]);
            var step = steps[i % steps.Length];
            if (step.Ends || i + 1 == events.Count)
            {
                yield return ([.. request], step);
                request.Clear();
            }
        }
    }

    private enum Way
    {
        First,
        Second,
        Both,
    }

    private sealed record Step(int Kind, int Who, Way Way, FaultMode? Fault, int Operation, bool Ends);

    /// <summary>Two processes over one ledger, each of which fails or dies as it is told, and comes back.</summary>
    private sealed class Pair(ServicePlace place) : IAsyncDisposable
    {
        private readonly InProcessService[] services = new InProcessService[2];
        private readonly FaultyLedger[] ledgers = new FaultyLedger[2];

        public InProcessService First => services[0];

        public InProcessService Second => services[1];

        public async Task StartAsync()
        {
            await StartAsync(0);
            await StartAsync(1);
        }

        /// <summary>Sends a request as the core does: again, to whoever answers, until it is answered.</summary>
        public async Task<IReadOnlyList<Receipt>> SendAsync(Event[] request, Step step)
        {
            var side = step.Way == Way.Second ? 1 : 0;
            if (step.Fault is { } fault)
            {
                ledgers[side].Arm(step.Operation, fault);
            }

            var calls = step.Way == Way.Both
                ? new[] { Task.Run(() => TryAsync(0, request), Token), Task.Run(() => TryAsync(1, request), Token) }
                : [TryAsync(side, request)];
            var answers = (await Task.WhenAll(calls)).OfType<IReadOnlyList<Receipt>>().ToList();
            for (var attempt = 0; answers.Count == 0 && attempt < MostAttempts; attempt++)
            {
                side = 1 - side;
                answers = await TryAsync(side, request) is { } answer ? [answer] : [];
            }

            ledgers[0].Arm(0, FaultMode.Fail);
            ledgers[1].Arm(0, FaultMode.Fail);
            Assert.NotEmpty(answers);
            Assert.All(answers, answer => Assert.Equal(answers[0].Select(Content), answer.Select(Content)));
            Assert.True(answers.SelectMany(answer => answer).Count(receipt => receipt.Outcome == Outcome.Applied) <= request.Length, "an event was applied twice");
            return answers[0];
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var service in services.OfType<InProcessService>())
            {
                await service.DisposeAsync();
            }
        }

        private async Task StartAsync(int side) =>
            services[side] = await InProcessService.StartAsync(place, inner => ledgers[side] = new FaultyLedger(inner));

        private async Task<IReadOnlyList<Receipt>?> TryAsync(int side, Event[] request)
        {
            try
            {
                return await services[side].ApplyAsync(request);
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable)
            {
                if (ledgers[side].IsDead)
                {
                    await services[side].DisposeAsync();
                    await StartAsync(side);
                }

                return null;
            }
        }
    }
}
