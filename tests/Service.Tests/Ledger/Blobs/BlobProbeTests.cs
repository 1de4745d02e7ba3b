using EncryptionService.Compliance;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Blobs;
using EncryptionService.Service.Tests.Rooms;
using Xunit;

namespace EncryptionService.Service.Tests.Ledger.Blobs;

/// <summary>What readiness asks of the storage, and how often (docs/spec/ledger.md, section 10, "Readiness").</summary>
public sealed class BlobProbeTests(AzuriteFixture fixture) : BlobTest(fixture)
{
    private readonly FakeTime time = new();

    [Fact]
    public async Task An_idle_hour_costs_twelve_writes_and_a_reading_every_ten_seconds()
    {
        await using var ledger = Place.Open(time: time);
        for (var second = 0; second < 3600; second += 10)
        {
            await ledger.ProbeAsync(Token);
            time.Now += TimeSpan.FromSeconds(10);
        }

        var calls = Wire.Take();
        Assert.Equal((12, 348), (calls.Count(call => call.Kind == "create"), calls.Count(call => call.Kind == "look")));
        Assert.Equal(360, calls.Count);
        Assert.All(calls, call => Assert.Equal(BlobProbe.Name, call.Blob));
    }

    [Fact]
    public async Task A_ledger_at_work_is_not_probed()
    {
        await using var ledger = Place.Open(time: time);
        await ledger.TryCreateAsync(Segment, Token);
        Wire.Take();

        for (var second = 0; second < 240; second += 5)
        {
            await ledger.ReadAsync(Segment, 0, Token);
            await ledger.ProbeAsync(Token);
            time.Now += TimeSpan.FromSeconds(5);
        }

        Assert.All(Wire.Take(), call => Assert.Equal("read", call.Kind));
    }

    [Fact]
    public async Task After_a_failure_only_a_write_makes_it_ready()
    {
        await using var ledger = Place.Open(time: time);
        await ledger.ProbeAsync(Token);
        Wire.Play = (kind, _, send) => kind is "create" or "append" ? Task.FromResult(StorageWire.Answer(403, "AuthorizationPermissionMismatch")) : send();
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.TryCreateAsync(Segment, Token));

        await ledger.ListAsync(null, Token).ToListAsync(Token);
        Assert.Contains("Contributor", (await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.ProbeAsync(Token))).Message, StringComparison.Ordinal);
        Wire.Play = null;
        await ledger.ProbeAsync(Token);
        Assert.Equal(("create", 409), (Wire.Calls[^1].Kind, Wire.Calls[^1].Status));
    }

    [Fact]
    public async Task A_right_to_write_that_was_taken_away_is_noticed_within_five_minutes()
    {
        await using var ledger = Place.Open(time: time);
        await ledger.ProbeAsync(Token);
        Wire.Play = (kind, _, send) => kind == "create" ? Task.FromResult(StorageWire.Answer(403, "AuthorizationPermissionMismatch")) : send();

        time.Now += TimeSpan.FromMinutes(4);
        await ledger.ProbeAsync(Token);
        time.Now += TimeSpan.FromMinutes(1);
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.ProbeAsync(Token));
    }

    [Fact]
    public async Task A_probe_that_somebody_removed_is_made_again()
    {
        await using var ledger = Place.Open(time: time);
        await ledger.ProbeAsync(Token);
        await Place.Container.DeleteBlobAsync(BlobProbe.Name, cancellationToken: Token);
        time.Now += TimeSpan.FromSeconds(10);

        await ledger.ProbeAsync(Token);
        Assert.True(await Place.Container.GetBlobClient(BlobProbe.Name).ExistsAsync(Token));
    }

    [Fact]
    public async Task A_storage_that_is_silent_is_not_ready_long_before_its_attempts_are_used_up()
    {
        Place.Options.ProbeTimeoutMilliseconds = 100;
        await using var ledger = Place.Open(time: time);
        var silence = new TaskCompletionSource<HttpResponseMessage>();
        Wire.Play = (_, _, _) => silence.Task;

        Assert.Contains("in time", (await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.ProbeAsync(Token))).Message, StringComparison.Ordinal);
    }
}
