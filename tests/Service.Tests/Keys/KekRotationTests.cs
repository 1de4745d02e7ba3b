using EncryptionService.Compliance;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Settings;
using EncryptionService.Service.Tests.Rooms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace EncryptionService.Service.Tests.Keys;

/// <summary>The wrapping key gets a newer version; the old one may go afterwards.</summary>
public sealed class KekRotationTests : RoomsTest
{
    private string OldFile => Path.Combine(Place.KeyFolder, "kek-000001.p8");

    [Fact]
    public async Task The_next_start_wraps_with_the_newest_version_and_the_old_file_may_go()
    {
        var first = await StartAsync();
        var alice = new Person("alice");
        await first.ApplyAsync(Story.Created(), Story.Added(alice));
        var id = first.Get<LocalKeyEncryptionKey>().CreateVersion();

        var second = await StartAsync();

        Assert.Equal(id, second.Get<RootStore>().State.Wrapped!.KekId);
        File.Delete(OldFile);
        var third = await StartAsync();
        Assert.Equal(first.Ring.Keys.IdentityThumbprint, third.Ring.Keys.IdentityThumbprint);
        using var opened = await third.OpenAsync(alice);
        Assert.Equal(Envelopes.OpenOutcome.Opened, opened!.Outcome);
    }

    [Fact]
    public async Task A_start_without_a_newer_version_writes_nothing()
    {
        await StartAsync();
        var before = Place.Memory.Segments.Values.Single();

        await StartAsync();

        Assert.Equal(before, Place.Memory.Segments.Values.Single());
    }

    [Theory]
    [InlineData(FaultMode.DieBefore)]
    [InlineData(FaultMode.DieAfter)]
    public async Task A_crash_at_the_record_leaves_a_ledger_that_one_of_the_versions_opens(FaultMode mode)
    {
        var first = await StartAsync();
        first.Get<LocalKeyEncryptionKey>().CreateVersion();

        await Assert.ThrowsAsync<Service.Ledger.LedgerUnavailableException>(() => InProcessService.StartAsync(Place, inner =>
        {
            var faulty = new FaultyLedger(inner);
            faulty.Arm(1, mode);
            return faulty;
        }));

        var next = await StartAsync();
        Assert.Equal(first.Ring.Keys.IdentityThumbprint, next.Ring.Keys.IdentityThumbprint);
        File.Delete(OldFile);
        Assert.Equal(first.Ring.Keys.IdentityThumbprint, (await StartAsync()).Ring.Keys.IdentityThumbprint);
    }

    [Theory]
    [InlineData(FaultMode.Fail)]
    [InlineData(FaultMode.LoseReply)]
    public async Task A_record_that_the_storage_refuses_keeps_nobody_from_serving(FaultMode mode)
    {
        var first = await StartAsync();
        var id = first.Get<LocalKeyEncryptionKey>().CreateVersion();
        var log = new WarningBook();

        await using (var second = await InProcessService.StartAsync(
            Place,
            inner =>
            {
                var faulty = new FaultyLedger(inner);
                faulty.Arm(1, mode);
                return faulty;
            },
            services => services.AddLogging(logging => logging.AddProvider(log))))
        {
            Assert.Equal(first.Ring.Keys.IdentityThumbprint, second.Ring.Keys.IdentityThumbprint);
            Assert.Contains("kek-000001", Assert.Single(log.Of(613)), StringComparison.Ordinal);
        }

        Assert.Equal(id, (await StartAsync()).Get<RootStore>().State.Wrapped!.KekId);
    }

    [Fact]
    public async Task The_old_version_alone_opens_nothing_after_the_rotation()
    {
        var first = await StartAsync();
        first.Get<LocalKeyEncryptionKey>().CreateVersion();
        await StartAsync();
        File.Delete(Path.Combine(Place.KeyFolder, "kek-000002.p8"));

        var refusal = await Assert.ThrowsAsync<KeyUnavailableException>(() => StartAsync());

        Assert.Contains("kek-000002.p8", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_replicas_that_rotate_at_once_the_older_version_does_not_overtake_the_newer()
    {
        var first = await StartAsync();
        var keys = first.Get<LocalKeyEncryptionKey>();
        keys.CreateVersion();
        await using var slow = InProcessService.Build(Place);
        using var ring = new KeyRing();
        var newest = "";
        var kek = new SlowKey(slow.Get<IKeyEncryptionKey>(), async () =>
        {
            newest = keys.CreateVersion();
            await StartAsync(); // another replica, which sees it
        });
        var keeper = new RootKeeper(
            slow.Get<RootStore>(), kek, slow.Get<IOrganizationKey>(), slow.Get<RootMemory>(), slow.Get<TrustMemory>(), ring, slow.Get<IOptions<ServiceOptions>>(), Place.Time, NullLogger<RootKeeper>.Instance);

        await keeper.OpenAsync(Token);

        Assert.Equal(newest, slow.Get<RootStore>().State.Wrapped!.KekId);
        Assert.Equal(newest, (await StartAsync()).Get<RootStore>().State.Wrapped!.KekId);
    }

    /// <summary>Something happens between the wrapping and the record of it.</summary>
    private sealed class SlowKey(IKeyEncryptionKey inner, Func<Task> meanwhile) : IKeyEncryptionKey
    {
        public ValueTask<string> GetCurrentIdAsync(bool mayCreate, CancellationToken cancellationToken) => inner.GetCurrentIdAsync(mayCreate, cancellationToken);

        public async ValueTask<WrappedKey> WrapAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
        {
            var wrapped = await inner.WrapAsync(key, cancellationToken);
            await meanwhile();
            return wrapped;
        }

        public ValueTask<byte[]> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken) => inner.UnwrapAsync(wrapped, cancellationToken);
    }
}
