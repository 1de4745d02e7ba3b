using EncryptionService.Compliance;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Tests.Rooms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EncryptionService.Service.Tests.Keys;

/// <summary>A lost ledger is no first start, and a raised generation no word to the wind (docs/spec/ledger.md, section 6).</summary>
public sealed class RootGenerationTests : RoomsTest
{
    private const int NotRemembered = 618;

    private string MemoryPath => Path.Combine(Place.KeyFolder, "organization-key.generation");

    [Fact]
    public async Task A_generation_that_the_ledger_does_not_have_is_refused_and_says_what_to_do()
    {
        await StartAsync();

        var refusal = await Assert.ThrowsAsync<StartupException>(() => StartAsync(("Service:IdentityGeneration", "2")));

        Assert.Equal(ExitCode.Disagreement, refusal.ExitCode);
        Assert.Contains("empty", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("lose-and-restore", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_of_a_higher_generation_goes_on_under_the_default()
    {
        var first = await StartAsync(("Service:IdentityGeneration", "3"));

        var second = await StartAsync();

        Assert.Equal(first.Ring.Keys.IdentityThumbprint, second.Ring.Keys.IdentityThumbprint);
    }

    [Fact]
    public async Task An_emptied_ledger_is_refused_although_the_token_still_stands_in_the_settings()
    {
        await StartAsync();
        Place.Memory = new MemoryLedger.Place();

        var refusal = await Assert.ThrowsAsync<StartupException>(() => StartAsync());

        Assert.Equal(ExitCode.Disagreement, refusal.ExitCode);
        Assert.Contains("Restore it", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Service:IdentityGeneration to 2", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Place.Memory.Segments.Values, bytes => bytes.Length > 0);

        var anew = await StartAsync(("Service:IdentityGeneration", "2"));
        Assert.Equal(2ul, anew.Ring.Keys.Certificate.Generation);
        Place.Memory = new MemoryLedger.Place();
        await Assert.ThrowsAsync<StartupException>(() => StartAsync(("Service:IdentityGeneration", "2")));
    }

    [Fact]
    public async Task A_root_that_another_replica_made_meanwhile_is_taken_and_not_mistaken_for_a_lost_one()
    {
        InProcessService? other = null;
        await using var second = await InProcessService.StartAsync(Place, null, services => services.AddSingleton<IOrganizationKey>(provider => new SlowKey(
            provider.GetRequiredService<LocalOrganizationKey>(), async () => other ??= await StartAsync())));

        Assert.Equal(other!.Ring.Keys.IdentityThumbprint, second.Ring.Keys.IdentityThumbprint);
    }

    [Fact]
    public async Task A_keeper_that_does_not_remember_keeps_nobody_from_a_first_start_and_is_asked_again()
    {
        var log = new WarningBook();
        Directory.CreateDirectory(MemoryPath);
        await using (var first = await InProcessService.StartAsync(Place, null, services => services.AddLogging(logging => logging.AddProvider(log))))
        {
            Assert.True(first.Ring.IsOpen);
        }

        Assert.Contains(MemoryPath, Assert.Single(log.Of(NotRemembered)), StringComparison.Ordinal);
        Directory.Delete(MemoryPath);
        await StartAsync();
        Assert.Equal("1", await File.ReadAllTextAsync(MemoryPath, Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("one")]
    [InlineData("-1")]
    public async Task A_memory_that_cannot_be_read_is_no_leave_to_start_anew(string text)
    {
        await StartAsync();
        Place.Memory = new MemoryLedger.Place();
        await File.WriteAllTextAsync(MemoryPath, text, Token);

        Assert.Equal(ExitCode.Disagreement, (await Assert.ThrowsAsync<StartupException>(() => StartAsync(("Service:IdentityGeneration", "2")))).ExitCode);
    }

    /// <summary>Something happens before the key is read.</summary>
    private sealed class SlowKey(IOrganizationKey inner, Func<Task> meanwhile) : IOrganizationKey
    {
        public async ValueTask<SigningVersion> GetVersionAsync(bool mayCreate, CancellationToken cancellationToken)
        {
            await meanwhile();
            return await inner.GetVersionAsync(mayCreate, cancellationToken);
        }

        public ValueTask<byte[]> SignAsync(SigningVersion version, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
            => inner.SignAsync(version, data, cancellationToken);

        public ValueTask RememberRootAsync(SigningVersion version, ulong generation, CancellationToken cancellationToken)
            => inner.RememberRootAsync(version, generation, cancellationToken);
    }
}
