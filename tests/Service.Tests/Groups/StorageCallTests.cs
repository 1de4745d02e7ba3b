using EncryptionService.Compliance;
using EncryptionService.Contracts.Membership;
using EncryptionService.Service.Tests.Ledger.Blobs;
using EncryptionService.Service.Tests.Rooms;
using Xunit;

namespace EncryptionService.Service.Tests.Groups;

/// <summary>What a request costs in calls to the storage (docs/spec/ledger.md, section 10): counted where they leave the process.</summary>
public sealed class StorageCallTests(AzuriteFixture fixture) : RoomsTest
{
    private static readonly string[] reading = ["read members"];

    [Fact]
    public async Task A_request_that_goes_on_where_the_process_left_off_reads_the_members_and_appends()
    {
        using var blobs = await BlobPlace.NewAsync(fixture, Token);
        await using var service = await InProcessService.StartAsync(Place, _ => blobs.Open());
        var (alice, bob) = (new Person("alice"), new Person("bob"));
        blobs.Wire.Take();

        await TakeAsync(service, Story.Created());
        Assert.Equal([.. reading, "list ", "create group/g1", "append group/g1"], Taken(blobs));
        await TakeAsync(service, Story.Added(alice));
        Assert.Equal([.. reading, "create members", "append members", "append group/g1"], Taken(blobs));
        await TakeAsync(service, Story.Added(bob));
        Assert.Equal([.. reading, "append members", "append group/g1"], Taken(blobs));
        var removed = Story.Removed(bob);
        await TakeAsync(service, removed);
        Assert.Equal([.. reading, "append group/g1"], Taken(blobs));

        Assert.Equal(Outcome.Duplicate, Assert.Single(await service.ApplyAsync(removed)).Outcome);
        Assert.Equal([.. reading, "read group/g1"], Taken(blobs));
        Story.Next++;
        Assert.Equal(Outcome.OutOfOrder, Assert.Single(await service.ApplyAsync(Story.Rotated())).Outcome);
        Assert.Equal([.. reading, "read group/g1"], Taken(blobs));
        await service.GetGroupAsync();
        Assert.Equal(["read group/g1", "list ", "read group/g1"], Taken(blobs)); // the newest state; then the statements, which nobody remembers
        await service.ResealAsync(2, alice);
        Assert.Equal([.. reading, "read group/g1", "append group/g1"], Taken(blobs));
    }

    [Fact]
    public async Task What_another_process_took_is_found_though_this_one_remembers_less()
    {
        var services = new[] { await StartAsync(), await StartAsync() };
        Event[] events = [Story.Created(), Story.Added(new Person("alice")), Story.Rotated(), Story.Rotated()];
        await services[1].ApplyAsync(events[0]);
        var taken = await services[0].ApplyAsync(events[1..]);

        // In the order of the service that remembers the creation only: one that it would append, one that is ahead, one that is behind.
        Assert.Equal(Outcome.Duplicate, Assert.Single(await services[1].ApplyAsync(events[1])).Outcome);
        await TakeAsync(services[0], Story.Rotated());
        Assert.Equal(Outcome.Duplicate, Assert.Single(await services[1].ApplyAsync(events[3])).Outcome);
        var next = Story.Rotated();
        Assert.Equal(next.Sequence + 1, Assert.Single(await services[1].ApplyAsync(next)).NextSequence);
        Assert.All(taken, receipt => Assert.Equal(Outcome.Applied, receipt.Outcome));
        Assert.Equal(3UL, (await services[0].StateAsync()).Epoch);
    }

    [Fact]
    public async Task A_number_is_refused_only_by_the_newest_state()
    {
        var services = new[] { await StartAsync(), await StartAsync() };
        await TakeAsync(services[1], Story.Created());
        await TakeAsync(services[0], Story.Added(new Person("alice")));
        await TakeAsync(services[0], Story.Rotated());

        await TakeAsync(services[1], Story.Rotated());
        Story.Next++;
        var receipt = Assert.Single(await services[0].ApplyAsync(Story.Rotated()));

        Assert.Equal((Outcome.OutOfOrder, 5UL), (receipt.Outcome, receipt.NextSequence));
    }

    [Fact]
    public async Task Requests_that_wait_for_the_members_share_one_reading()
    {
        const int Requests = 20;
        using var blobs = await BlobPlace.NewAsync(fixture, Token);
        await using var service = await InProcessService.StartAsync(Place, _ => blobs.Open());
        var stories = Enumerable.Range(0, Requests).Select(number => new Story(Place.Time, $"g{number}")).ToList();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        blobs.Wire.Take();
        blobs.Wire.Play = async (kind, request, send) =>
        {
            if (kind == "read")
            {
                first.TrySetResult();
                await go.Task;
            }

            return await send();
        };

        var tasks = new List<Task> { service.ApplyAsync(stories[0].Created()) };
        await first.Task.WaitAsync(Token);
        tasks.AddRange(stories.Skip(1).Select(story => service.ApplyAsync(story.Created())));
        go.SetResult();
        await Task.WhenAll(tasks);

        Assert.Equal(2, Taken(blobs).Count(call => call == "read members"));
    }

    private static string[] Taken(BlobPlace blobs) => [.. blobs.Wire.Take().Select(call => $"{call.Kind} {call.Blob.Split(',')[0]}")];
}
