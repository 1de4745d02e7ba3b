using System.Security.Cryptography;
using EncryptionService.Formats;
using EncryptionService.Service.Health;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Membership;
using EncryptionService.Service.Tests.Rooms;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EncryptionService.Service.Tests.Membership;

/// <summary>The core announces its next call key to one replica; the other has it from the ledger (docs/spec/core.md, section 4).</summary>
public sealed class ReplicaCallKeyTests : RoomsTest, IDisposable
{
    private const string Path = "/encryptionservice.membership.v1.GroupEncryption/GetIdentity";
    private const string Ok = "ok";
    private const string Unavailable = "14";
    private const string DataLoss = "15";
    private const string Unauthenticated = "16";

    private readonly ECDsa next = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task A_call_key_that_one_replica_was_told_is_valid_at_the_other_with_the_first_call()
    {
        var (told, other, _) = await TwoAsync();
        await told.SubmitAsync(Announcement(told));
        Place.Time.Now += CoreCallKey.StrangersPace;

        Assert.Equal(Ok, await CallAsync(other, next));
        Assert.Equal(Unauthenticated, await CallAsync(other, Place.CoreKey));
    }

    [Fact]
    public async Task The_key_before_ends_at_a_replica_that_heard_of_nothing()
    {
        var (told, other, _) = await TwoAsync();
        await told.SubmitAsync(Announcement(told));
        Assert.Equal(Ok, await CallAsync(other, Place.CoreKey)); // read a moment ago

        Place.Time.Now += CoreCallKey.Freshness;

        Assert.Equal(Unauthenticated, await CallAsync(other, Place.CoreKey));
        Assert.Equal(Ok, await CallAsync(other, next));
    }

    [Fact]
    public async Task An_announcement_whose_answer_was_lost_is_taken_by_the_other_replica()
    {
        var (told, other, _) = await TwoAsync();
        var document = Announcement(told);
        await told.SubmitAsync(document);

        Assert.Equal(1U, (await other.SubmitAsync(document)).Accepted);
        Assert.Single(other.Get<RootStore>().State.CallKeyDocuments);
    }

    [Fact]
    public async Task Strangers_make_a_replica_look_at_its_storage_once_in_a_second_and_no_more()
    {
        var (_, other, ledger) = await TwoAsync();
        Place.Time.Now += CoreCallKey.StrangersPace;
        var before = ledger.Reads;

        for (var call = 0; call < 50; call++)
        {
            Assert.Equal(Unauthenticated, await CallAsync(other, next));
        }

        Assert.Equal(1, ledger.Reads - before);
        ledger.IsAway = true;
        Place.Time.Now += CoreCallKey.StrangersPace;
        Assert.Equal(Unavailable, await CallAsync(other, next));
        Assert.Equal(Unauthenticated, await CallAsync(other, next)); // a look that failed was one, too
        Assert.Equal(2, ledger.Reads - before);
    }

    [Fact]
    public async Task Calls_of_the_core_cost_a_look_in_ten_seconds()
    {
        var (_, other, ledger) = await TwoAsync();
        Place.Time.Now += CoreCallKey.Freshness;
        var before = ledger.Reads;

        for (var second = 0; second < 20; second++)
        {
            Assert.Equal(Ok, await CallAsync(other, Place.CoreKey));
            Place.Time.Now += TimeSpan.FromSeconds(1);
        }

        Assert.Equal(2, ledger.Reads - before);
    }

    [Fact]
    public async Task While_nobody_can_say_whether_the_key_was_replaced_nothing_is_answered()
    {
        var (_, other, ledger) = await TwoAsync();
        ledger.IsAway = true;
        Assert.Equal(Ok, await CallAsync(other, Place.CoreKey));
        Place.Time.Now += CoreCallKey.Freshness;

        Assert.Equal(Unavailable, await CallAsync(other, Place.CoreKey));

        ledger.IsAway = false;
        Assert.Equal(Ok, await CallAsync(other, Place.CoreKey));
    }

    [Fact]
    public async Task A_root_stream_that_was_damaged_meanwhile_is_told_as_that()
    {
        var (_, other, _) = await TwoAsync();
        var root = Place.Memory.Segments.Keys.Single(name => name.Stream == StreamName.Root);
        Place.Memory.Segments[root] = [.. Place.Memory.Segments[root], .. new byte[100]];
        Place.Time.Now += CoreCallKey.Freshness;

        Assert.Equal(DataLoss, await CallAsync(other, Place.CoreKey));
        Assert.True(other.Get<ServiceState>().Damaged);
    }

    public void Dispose() => next.Dispose();

    private async Task<(InProcessService Told, InProcessService Other, CountingLedger OthersLedger)> TwoAsync()
    {
        CountingLedger? ledger = null;
        var told = await StartAsync();
        var other = await StartAsync(inner => ledger = new CountingLedger(inner, StreamName.Root));
        return (told, other, ledger!);
    }

    private string Announcement(InProcessService service) => JwsSigner.Sign(Place.CoreKey, new CallKeyChange
    {
        Organization = Place.Organization,
        Audience = service.Ring.Keys.IdentityThumbprint.ToString(),
        Key = SigningJwk.Of(next),
        IssuedAt = Place.Time.Seconds,
        ExpiresAt = Place.Time.Seconds + 600,
    });

    private async Task<string> CallAsync(InProcessService service, ECDsa key)
    {
        var token = JwsSigner.Sign(key, new CallToken
        {
            Organization = Place.Organization,
            Audience = service.Ring.Keys.IdentityThumbprint.ToString(),
            Method = Path,
            Request = Digest32.Of([]),
            IssuedAt = Place.Time.Seconds,
            ExpiresAt = Place.Time.Seconds + 300,
            Id = "call-1",
        });
        var context = new DefaultHttpContext();
        context.Request.Path = Path;
        context.Request.Body = new MemoryStream(new byte[5]);
        context.Request.Headers.Authorization = $"Bearer {token}";
        var middleware = new CallAuthentication(
            _ => Task.CompletedTask, service.Ring, service.Get<CoreCallKey>(), service.Get<SeenTokens>(), service.Get<ServiceState>(), Place.Time,
            NullLogger<CallAuthentication>.Instance);
        await middleware.InvokeAsync(context);
        return context.Response.Headers["grpc-status"].FirstOrDefault() ?? Ok;
    }
}
