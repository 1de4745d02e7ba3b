using EncryptionService.Formats;
using EncryptionService.Contracts.Membership;
using EncryptionService.Envelopes;
using EncryptionService.Service.Groups;
using EncryptionService.Service.Tests.Rooms;
using Xunit;

namespace EncryptionService.Service.Tests.Groups;

/// <summary>Two processes over one ledger.</summary>
public sealed class ReplicaTests : RoomsTest
{
    [Fact]
    public async Task Both_send_the_same_events_at_once_and_each_is_taken_once()
    {
        var services = await TwoAsync();
        var people = Enumerable.Range(0, 6).Select(number => new Person($"m{number}")).ToArray();
        Event[] events = [Story.Created(), .. people.Select(person => Story.Added(person)), Story.Removed(people[0]), Story.Rotated()];

        var answers = await Task.WhenAll(services.Select(service => Task.Run(async () =>
        {
            var receipts = new List<Receipt>();
            foreach (var entry in events)
            {
                receipts.AddRange(await service.ApplyAsync(entry));
            }

            return receipts;
        }, Token)));

        for (var i = 0; i < events.Length; i++)
        {
            var (one, two) = (answers[0][i], answers[1][i]);
            Assert.Equal([Outcome.Applied, Outcome.Duplicate], new[] { one.Outcome, two.Outcome }.Order());
            Assert.Equal((one.Epoch, one.Revision, one.Members), (two.Epoch, two.Revision, two.Members));
        }

        await AssertOneHistoryAsync(services, (ulong)events.Length, people[1..]);
    }

    [Fact]
    public async Task Both_race_for_one_number_and_one_event_wins()
    {
        var services = await TwoAsync();
        await TakeAsync(services[0], Story.Created());
        var people = new List<Person>();
        for (ulong round = 2; round < 12; round++)
        {
            Person[] pair = [new($"a{round}"), new($"b{round}")];
            Event[] events = [.. pair.Select(person => new Story(Place.Time) { Next = round }.Added(person))];

            var receipts = await Task.WhenAll(services.Zip(events).Select(item => Task.Run(() => item.First.ApplyAsync(item.Second), Token)));

            Assert.Equal([Outcome.Applied, Outcome.Conflict], receipts.Select(receipt => receipt[0].Outcome).Order());
            people.Add(pair[receipts[0][0].Outcome == Outcome.Applied ? 0 : 1]);
        }

        await AssertOneHistoryAsync(services, 11, [.. people]);
    }

    [Fact]
    public async Task Both_race_for_the_pin_of_one_member_and_one_set_of_keys_wins()
    {
        var services = await TwoAsync();
        var stories = new[] { new Story(Place.Time, "g1"), new Story(Place.Time, "g2") };
        for (var round = 0; round < 5; round++)
        {
            var person = new Person($"m{round}");
            Person[] claims = [person, person.WithNewKeys()];
            var receipts = await Task.WhenAll(Enumerable.Range(0, 2).Select(side => Task.Run(
                () => services[side].ApplyAsync([.. round == 0 ? [stories[side].Created()] : Array.Empty<Event>(), stories[side].Added(claims[side])]), Token)));

            Assert.Equal(
                [(MemberOutcome.Wrapped, Reason.Unspecified), (MemberOutcome.Refused, Reason.KeyNotPinned)],
                receipts.Select(receipt => (receipt[^1].Members[0].Outcome, receipt[^1].Members[0].Reason)).Order());
        }
    }

    [Fact]
    public async Task What_one_was_told_the_other_knows()
    {
        var services = await TwoAsync(("Service:TrustLevel", "Approved"));
        var alice = new Person("alice");
        await TakeAsync(services[0], Story.Created());
        await services[0].SubmitAsync(JwsSigner.Sign(Place.Operator, new Formats.Approval
        {
            Organization = Place.Organization,
            Members = [new(alice.Member, alice.Ids)],
            IssuedAt = Place.Time.Seconds,
            ExpiresAt = Place.Time.Seconds + 60,
            Id = "approval-1",
        }));

        AssertMember(await TakeAsync(services[1], Story.Added(alice)), alice, MemberOutcome.Wrapped);
        Assert.Equal(1UL, (await services[0].ResealAsync(1, alice)).Generation);
        Assert.Equal(2UL, (await services[1].ResealAsync(1, alice)).Generation);
    }

    [Fact]
    public async Task A_key_change_on_one_side_stops_the_old_keys_on_the_other()
    {
        var services = await TwoAsync();
        var alice = new Person("alice");
        var next = alice.WithNewKeys();
        var other = new Story(Place.Time, "g2");
        await services[1].ApplyAsync(other.Created(), other.Added(alice));
        await services[0].ApplyAsync(Story.Created(), Story.Added(alice));
        await TakeAsync(services[0], Story.Rekeyed(next, alice.Keys.Sign(alice.ChangeTo(next, 1, Place.Time))));

        var third = new Story(Place.Time, "g3");
        var receipts = await services[1].ApplyAsync(third.Created(), third.Added(alice));

        AssertMember(receipts[1], alice, MemberOutcome.Refused, Reason.KeyNotPinned);
        var reseal = new ResealRequest { GroupId = "g2", Epoch = 1, MemberIds = { "alice" } };
        var answer = await services[1].Get<Service.Membership.GroupEncryptionDoor>().Reseal(reseal, new FakeCall(Token));
        Assert.Equal(Reason.KeyNotPinned, answer.Members[0].Reason);
    }

    [Fact]
    public async Task A_reseal_at_one_side_knows_a_key_change_that_the_other_took_a_moment_ago()
    {
        var services = await TwoAsync();
        var alice = new Person("alice");
        var next = alice.WithNewKeys();
        var other = new Story(Place.Time, "g2");
        await services[1].ApplyAsync(Story.Created(), Story.Added(alice));
        await services[0].ApplyAsync(other.Created(), other.Added(alice));
        await TakeAsync(services[0], other.Rekeyed(next, alice.Keys.Sign(alice.ChangeTo(next, 1, Place.Time))));
        var before = Place.Deliveries.All.Count;

        var answer = await services[1].ResealAsync(1, alice);

        Assert.Equal(Reason.KeyNotPinned, answer.Members[0].Reason);
        Assert.Equal(before, Place.Deliveries.All.Count);
    }

    [Fact]
    public async Task A_recovery_at_one_side_seals_nothing_to_keys_that_the_other_saw_change()
    {
        var services = await TwoAsync();
        var (alice, bob) = (new Person("alice"), new Person("bob"));
        await services[0].ApplyAsync(Story.Created(), Story.Added(alice, bob));
        var backup = Place.Memory.Segments.Where(entry => entry.Key.Stream.GroupId == "g1").ToDictionary();
        await services[0].ApplyAsync(Story.Rotated());
        var ahead = (await services[0].StateAsync()).Statement;
        foreach (var (name, bytes) in backup)
        {
            Place.Memory.Segments[name] = bytes;
        }

        var restored = new[] { await StartAsync(), await StartAsync() };
        Assert.True((await restored[0].GetGroupAsync(statement: ahead)).Frozen);
        var other = new Story(Place.Time, "g2");
        var next = alice.WithNewKeys();
        await restored[1].ApplyAsync(other.Created(), other.Added(alice), other.Rekeyed(next, alice.Keys.Sign(alice.ChangeTo(next, 1, Place.Time))));
        var statement = Parse(ahead);

        await restored[0].SubmitAsync(JwsSigner.Sign(Place.Operator, new Formats.Recovery
        {
            Organization = Place.Organization,
            Group = statement.Group,
            Revision = statement.Revision,
            StatementHash = statement.Hash,
            IssuedAt = Place.Time.Seconds,
            ExpiresAt = Place.Time.Seconds + 60,
            Id = "recovery-1",
        }));

        var recovered = Place.Deliveries.All[^1];
        Assert.Equal(Parse(recovered.Statement).Revision, statement.Revision + 1);
        Assert.Equal([bob.Member], recovered.Recipients.Select(recipient => recipient.Member));
    }

    [Fact]
    public async Task What_one_took_the_other_has_at_hand_for_a_core_that_lacks_it()
    {
        var services = await TwoAsync();
        Place.Settings["Ledger:SegmentFrames"] = "100";
        var third = await StartAsync();
        await TakeAsync(services[0], Story.Created());
        for (var turn = 1; turn < 12; turn++)
        {
            await TakeAsync(services[turn % 2], Story.Added(new Person($"m{turn}")));
            var state = await third.StateAsync();
            var delivery = Place.Deliveries.All[^1];
            Assert.Equal(state.Statement, delivery.Statement);
            foreach (var earlier in new[] { state.Earlier, delivery.Earlier })
            {
                var revisions = earlier.Append(state.Statement).Select(text => Parse(text).Revision).ToList();
                Assert.Equal(Enumerable.Range(1, turn + 1).TakeLast(revisions.Count).Select(revision => (ulong)revision), revisions);
            }

            Assert.Equal(Math.Min(turn, GroupState.EarlierStatements), state.Earlier.Count);
        }
    }

    private async Task<InProcessService[]> TwoAsync(params (string, string?)[] settings)
    {
        Place.Settings["Ledger:SegmentFrames"] = "4";
        return [await StartAsync(settings), await StartAsync(settings)];
    }

    private static async Task AssertOneHistoryAsync(InProcessService[] services, ulong revisions, Person[] people)
    {
        foreach (var service in services)
        {
            var statements = (await service.GetGroupAsync()).Statements.Select(Parse).ToList();
            Assert.Equal(revisions, (ulong)statements.Count);
            Assert.All(statements.Zip(statements.Skip(1)), pair => Assert.True(pair.Second.Continues(pair.First, out var gap), gap));
            Assert.Equal(people.Select(person => person.Member).Order(), (await service.StateAsync()).Roster.Select(entry => entry.Member).Order());
            foreach (var person in people)
            {
                using var opened = await service.OpenAsync(person);
                Assert.Equal(OpenOutcome.Opened, opened?.Outcome);
            }
        }
    }
}
