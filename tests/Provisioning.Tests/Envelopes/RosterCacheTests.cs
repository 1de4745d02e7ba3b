using EncryptionService.Formats;
using EncryptionService.Provisioning.Envelopes;

namespace EncryptionService.Provisioning.Tests.Envelopes;

public sealed class RosterCacheTests
{
    private readonly RosterCache cache = new(mostMembers: 10);
    private int made;

    [Fact]
    public async Task A_roster_is_made_once()
    {
        var first = await cache.GetAsync("g", 1, () => MakeAsync(4));
        var second = await cache.GetAsync("g", 1, () => MakeAsync(4));

        Assert.Same(first, second);
        Assert.Equal((1, 4), (made, cache.Members));
    }

    [Fact]
    public async Task Who_asks_while_it_is_made_waits_for_it()
    {
        var gate = new TaskCompletionSource<RosterTree<RosterStay>?>();
        var first = cache.GetAsync("g", 1, () => gate.Task);
        var second = cache.GetAsync("g", 1, () => MakeAsync(1));
        gate.SetResult(RosterTree.Empty<RosterStay>());

        Assert.Same(await first, await second);
        Assert.Equal(0, made);
    }

    [Fact]
    public async Task The_least_used_go_first_and_the_newest_stays_however_large()
    {
        await cache.GetAsync("a", 1, () => MakeAsync(4));
        await cache.GetAsync("b", 1, () => MakeAsync(4));
        await cache.GetAsync("a", 1, () => MakeAsync(4));
        await cache.GetAsync("c", 1, () => MakeAsync(4));
        Assert.Equal(8, cache.Members);
        made = 0;
        await cache.GetAsync("a", 1, () => MakeAsync(4));
        Assert.Equal(0, made);

        await cache.GetAsync("d", 1, () => MakeAsync(100));
        Assert.Equal(100, cache.Members);
    }

    [Fact]
    public async Task What_could_not_be_made_is_not_kept()
    {
        Assert.Null(await cache.GetAsync("g", 1, () => Task.FromResult<RosterTree<RosterStay>?>(null)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => cache.GetAsync("g", 1, () => throw new InvalidOperationException()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => cache.GetAsync("g", 1, () => Task.FromException<RosterTree<RosterStay>?>(new InvalidOperationException())));

        Assert.NotNull(await cache.GetAsync("g", 1, () => MakeAsync(2)));
        Assert.Equal(2, cache.Members);
    }

    private Task<RosterTree<RosterStay>?> MakeAsync(int members)
    {
        made++;
        var stays = Enumerable.Range(0, members).Select(index => new RosterStay(
            MemberId.TryParse($"m{index}", out var id) ? id : default, new KeyIds("HPKE-4", Thumbprint.FromBytes(new byte[32]), Thumbprint.FromBytes(new byte[32]))));
        return Task.FromResult<RosterTree<RosterStay>?>(RosterTree.Of(stays));
    }
}
