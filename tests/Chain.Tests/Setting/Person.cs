using EncryptionService.Client;
using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Chain.Tests.Setting;

/// <summary>A member with a client.</summary>
internal sealed class Person(string id, string link) : IDisposable
{
    private readonly MemoryStore store = new();
    private MemberClient? client;

    public string Id => id;

    public MemberClient Client => client ?? throw new InvalidOperationException("not unlocked yet");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async Task AcceptAsync(Suite suite)
    {
        Assert.True(InvitationLink.TryParse(link, out var invitation, out var error), error);
        using var core = new CoreClient(invitation.Core, TimeProvider.System);
        using var passphrase = EncryptionService.Client.Passphrase.TryCreate(Chain.Passphrase, out _)!;
        var look = await MemberAcceptance.LookAsync(core, invitation, Stop);
        Assert.True(look.TryGet(out var told, out var problem), problem?.ToString());
        Assert.Equal(id, told.Member.Value);
        var accepted = await MemberAcceptance.AcceptAsync(store, core, invitation, told, passphrase, suite, Stop);
        Assert.True(accepted.Outcome == AcceptOutcome.Accepted, $"{accepted.Outcome} {accepted.Problem}");
        await UnlockAsync();
    }

    public async Task TrustAsync(Thumbprint organizationKey)
    {
        await store.UpdateAsync(file => file! with { Trusted = organizationKey }, Stop);
        await UnlockAsync();
    }

    /// <summary>Asks for a group and opens it; to be disposed by the caller.</summary>
    public async Task<OpenResult> OpenAsync(string group)
    {
        var answer = await TryOpenAsync(group);
        Assert.True(answer.TryGet(out var opening, out var problem), problem?.ToString());
        return opening.Result ?? throw new InvalidOperationException("There is no envelope yet.");
    }

    public Task<CoreAnswer<GroupOpening>> TryOpenAsync(string group) => Client.OpenAsync(GroupId.TryParse(group, out var parsed) ? parsed : default, Stop);

    public async Task RotateAsync()
    {
        using var passphrase = EncryptionService.Client.Passphrase.TryCreate(Chain.Passphrase, out _)!;
        var rotated = await Client.RotateKeysAsync(passphrase, Stop);
        Assert.True(rotated.TryGet(out _, out var problem), problem?.ToString());
    }

    public void Dispose() => client?.Dispose();

    private async Task UnlockAsync()
    {
        client?.Dispose();
        using var passphrase = EncryptionService.Client.Passphrase.TryCreate(Chain.Passphrase, out _)!;
        client = MemberClient.TryUnlock(store, (await store.ReadAsync(Stop))!, passphrase, TimeProvider.System);
        Assert.NotNull(client);
    }
}
