using EncryptionService.Contracts.Membership;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Service.Groups;
using EncryptionService.Service.Tests.Rooms;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Outcome = EncryptionService.Contracts.Membership.Outcome;

namespace EncryptionService.Service.Tests.Groups;

/// <summary>However a history arrives, it ends in one state.</summary>
public sealed class GroupProperties
{
    private const int People = 4;

    // Keys are slow to make, and which ones they are does not matter: every member has three sets of them.
    private static readonly Person[][] persons = MakePersons();

    /// <summary>One change (kind, who) and how it is sent: how many events go into its request, how often, and what happens in between.</summary>
    private static Arbitrary<Step[]> Histories => Arb.From(
        (from kind in Gen.Choose(0, 9)
         from who in Gen.Choose(0, People - 1)
         from cut in Gen.Choose(0, 2)
         from repeat in Gen.Choose(0, 5)
         from reload in Gen.Choose(0, 4)
         select new Step(kind, who, cut == 0, repeat, reload == 0)).NonEmptyListOf().Select(list => list.Take(24).ToArray()));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Duplicates_retries_splits_and_restarts_never_change_where_a_history_ends()
        => Prop.ForAll(Histories, steps => HoldsAsync(steps).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    private static async Task HoldsAsync(Step[] steps)
    {
        using var plainPlace = new ServicePlace();
        using var wildPlace = new ServicePlace();
        wildPlace.Settings["Ledger:SegmentFrames"] = "3";
        var events = Events(steps, wildPlace.Time);
        var requests = Split(events, steps);

        // The same split, each request once; and the whole history in one request.
        await using var plain = await InProcessService.StartAsync(plainPlace);
        var expected = new List<Receipt>();
        foreach (var request in requests)
        {
            expected.AddRange(await plain.ApplyAsync([.. request]));
        }

        var receipts = await SendWildlyAsync(wildPlace, requests, steps);
        await using var wild = await InProcessService.StartAsync(wildPlace);
        var state = await wild.StateAsync();
        var plainState = await plain.StateAsync();

        Assert.Equal(expected, receipts);
        Assert.Equal(State(plainState), State(state));
        AssertDuplicates(expected, await wild.ApplyAsync([.. events]));
        await AssertStatementsAsync(wild, state);
        await AssertReadersAsync(wild, wildPlace, state);
        await AssertWholeAsync(events, expected, state);
    }

    /// <summary>Another split: another number of epochs and revisions, everything else alike.</summary>
    private static async Task AssertWholeAsync(IReadOnlyList<Event> events, List<Receipt> expected, GroupState state)
    {
        using var place = new ServicePlace();
        await using var whole = await InProcessService.StartAsync(place);
        var receipts = await whole.ApplyAsync([.. events]);
        var end = await whole.StateAsync();

        Assert.Equal(1UL, end.Revision);
        Assert.Equal((state.Roster.Root, state.NextSequence, state.Ended), (end.Roster.Root, end.NextSequence, end.Ended));
        Assert.Equal(expected.Select(Substance), receipts.Select(Substance));
        AssertDuplicates([.. receipts], await whole.ApplyAsync([.. events]));
    }

    private static async Task<List<Receipt>> SendWildlyAsync(ServicePlace place, List<List<Event>> requests, Step[] steps)
    {
        var receipts = new List<Receipt>();
        var sent = new List<Event>();
        var service = await InProcessService.StartAsync(place);
        for (var i = 0; i < requests.Count; i++)
        {
            var step = steps[i % steps.Length];
            var request = requests[i];
            if (step.Repeat == 1 && sent.Count > 0)
            {
                // Old events, backwards, and one from the future.
                var noise = await service.ApplyAsync([.. sent.AsEnumerable().Reverse(), Early(request[^1])]);
                Assert.All(noise.SkipLast(1), receipt => Assert.Equal(Outcome.Duplicate, receipt.Outcome));
                Assert.Equal(Outcome.OutOfOrder, noise[^1].Outcome);
            }

            var before = step.Repeat == 2 ? sent.Count / 2 : sent.Count;
            Event[] mixed = [.. sent.Skip(before), .. request, .. step.Repeat == 3 ? request : []];
            var answers = await service.ApplyAsync(mixed);
            var taken = answers.Skip(sent.Count - before).Take(request.Count).ToList();
            receipts.AddRange(taken);
            sent.AddRange(request);
            if (step.Repeat == 4)
            {
                AssertDuplicates(taken, await service.ApplyAsync([.. request]));
            }

            if (step.Reload)
            {
                await service.DisposeAsync();
                service = await InProcessService.StartAsync(place);
            }
        }

        await service.DisposeAsync();
        return receipts;
    }

    private static async Task AssertStatementsAsync(InProcessService service, GroupState state)
    {
        var statements = (await service.GetGroupAsync()).Statements.Select(RoomsTest.Parse).ToList();
        Assert.Equal(Enumerable.Range(1, (int)state.Revision).Select(revision => (ulong)revision), statements.Select(statement => statement.Revision));
        Assert.All(statements, statement => Assert.True(statement.VerifiedBy(service.Ring.Keys.Certificate.Identity)));
        Assert.All(statements.Zip(statements.Skip(1)), pair => Assert.True(pair.Second.Continues(pair.First, out var gap), gap));
        Assert.Equal((state.Epoch, state.Roster.Root, state.Ended), (statements[^1].Epoch, statements[^1].Roster, statements[^1].End));
    }

    private static async Task AssertReadersAsync(InProcessService service, ServicePlace place, GroupState state)
    {
        foreach (var person in persons.SelectMany(versions => versions))
        {
            var current = state.Roster.TryGet(person.Member, out var entry) && entry.Keys.Ids == person.Ids;
            if (current)
            {
                using var opened = await service.OpenAsync(person);
                Assert.Equal(OpenOutcome.Opened, opened?.Outcome);
            }
            else if (state.Key is not null)
            {
                // A group that ends keeps its last epoch, and that one's envelopes.
                Assert.DoesNotContain(place.Deliveries.All, delivery => !state.Ended && delivery.Key?.Epoch == state.Epoch
                    && delivery.Recipients.Any(recipient => recipient.Keys.Ids == person.Ids));

                // Even an envelope that somebody made for them is not believed.
                using var forced = await service.OpenAsync(person, state, new Delivery(state.Id, state.Key, state.Statement, 0, [], false));
                Assert.Equal(OpenOutcome.Forged, forced.Outcome);
            }
        }
    }

    private static void AssertDuplicates(IReadOnlyList<Receipt> first, IReadOnlyList<Receipt> again)
    {
        var stored = first.Zip(again).Where(pair => pair.First.Reason is not (Reason.GroupDeleted or Reason.GroupUnknown)).ToList();
        OrderTests.AssertSame([.. stored.Select(pair => pair.First)], [.. stored.Select(pair => pair.Second)], nextMoved: true);
    }

    private static (Digest32 Roster, ulong Next, ulong Epoch, ulong Revision, bool Ended) State(GroupState state)
        => (state.Roster.Root, state.NextSequence, state.Epoch, state.Revision, state.Ended);

    private static Receipt Substance(Receipt receipt)
    {
        var substance = receipt.Clone();
        substance.Epoch = substance.Revision = substance.NextSequence = 0;
        return substance;
    }

    private static Event Early(Event entry)
    {
        var early = entry.Clone();
        early.Sequence += 5;
        return early;
    }

    private static List<Event> Events(Step[] steps, FakeTime time)
    {
        var story = new Story(time);
        var events = new List<Event> { story.Created() };
        var version = new int[People];
        foreach (var (kind, who, _, _, _) in steps)
        {
            var person = persons[who][version[who]];
            var next = persons[who][(version[who] + 1) % persons[who].Length];
            switch (kind)
            {
                case < 4:
                    events.Add(story.Added(person, persons[(who + 1) % People][0]));
                    break;
                case < 6:
                    events.Add(story.Removed(person));
                    break;
                case 6 when version[who] + 1 < persons[who].Length:
                    // Counts right only if she is pinned by then; refused else, the same everywhere.
                    events.Add(story.Rekeyed(next, person.Keys.Sign(person.ChangeTo(next, (ulong)version[who] + 1, time))));
                    version[who]++;
                    break;
                case 7:
                    events.Add(story.Rotated());
                    break;
                case 8:
                    events.Add(story.Created());
                    break;
                default:
                    events.Add(story.Removed(persons[who][0], persons[(who + 2) % People][0]));
                    break;
            }
        }

        if (steps[^1].Who == 0)
        {
            events.Add(story.Deleted());
        }

        return events;
    }

    private static List<List<Event>> Split(List<Event> events, Step[] steps)
    {
        var requests = new List<List<Event>> { new() };
        for (var i = 0; i < events.Count; i++)
        {
            requests[^1].Add(events[i]);
            if (i + 1 < events.Count && steps[i % steps.Length].Cut)
            {
                requests.Add([]);
            }
        }

        return requests;
    }

    private static Person[][] MakePersons()
    {
        Suite[] suites = [Suite.Hpke4, Suite.Hpke7, Suite.Hpke4];
        return [.. Enumerable.Range(0, People).Select(who => suites.Select(suite => new Person($"member-{who}", suite)).ToArray())];
    }

    private sealed record Step(int Kind, int Who, bool Cut, int Repeat, bool Reload);
}
