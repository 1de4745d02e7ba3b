using System.Security.Cryptography;
using EncryptionService.Chain.Tests.Setting;
using EncryptionService.Client;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EncryptionService.Chain.Tests;

/// <summary>What an operator signs travels through the core, and counts at the service.</summary>
public sealed class OperatorTests : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private (string Name, string Value) Keys => ("Service:OperatorKeys", $"[{SigningJwk.Of(key).ToJson()}]");

    [Fact]
    public async Task Where_keys_have_to_be_approved_a_member_opens_only_after_the_operators_word()
    {
        await using var chain = await Setting.Chain.StartAsync(Keys, ("Service:TrustLevel", "Approved"));
        using var core = new CoreClient(chain.Core, TimeProvider.System);
        var desk = await DeskAsync(chain, core);
        var ann = await chain.JoinAsync("ann");
        var group = await chain.Idp.CreateGroupAsync("Treasury");
        await chain.Idp.AddAsync(group, ann.Id);
        await chain.UntilAsync(db => db.Refusals.AnyAsync(row => row.GroupId == group && row.MemberId == ann.Id, Stop), "the service refuses unapproved keys");

        Assert.True((await desk.PendingAsync(Stop)).TryGet(out var pending, out var problem), problem?.ToString());
        var waiting = Assert.Single(pending.Members);
        Assert.Equal(ann.Client.Keys.Public.Ids, waiting.Keys);
        var document = Assert.Single(OperatorWords.Approve(key, pending.Organization, pending.Members, TimeProvider.System.GetUtcNow()));
        Assert.True((await desk.SubmitAsync(document, Stop)).TryGet(out var submitted, out problem), problem?.ToString());
        Assert.Equal(1UL, submitted.Accepted);
        await chain.SettleAsync();

        using var opened = await ann.OpenAsync(group);
        Assert.Equal(OpenOutcome.Opened, opened.Outcome);
    }

    [Fact]
    public async Task A_ledger_that_was_set_back_freezes_its_group_until_the_operator_signs_a_recovery()
    {
        await using var chain = await Setting.Chain.StartAsync(Keys);
        using var core = new CoreClient(chain.Core, TimeProvider.System);
        var desk = await DeskAsync(chain, core);
        var ann = await chain.JoinAsync("ann");
        var bob = await chain.JoinAsync("bob");
        var group = await chain.Idp.CreateGroupAsync("Treasury");
        await chain.Idp.AddAsync(group, ann.Id);
        await chain.SettleAsync();
        await chain.StopServiceAsync();
        using var backup = new LedgerBackup(chain.Ledger);
        await chain.StartServiceAsync();
        await chain.Idp.AddAsync(group, bob.Id);
        await chain.SettleAsync();

        await chain.StopServiceAsync();
        backup.Restore();
        await chain.StartServiceAsync();
        await chain.Idp.RemoveAsync(group, ann.Id);
        await chain.UntilAsync(db => db.Chains.AnyAsync(row => row.GroupId == group && row.Frozen, Stop), "the group is frozen");

        Assert.True(GroupId.TryParse(group, out var id));
        Assert.True((await desk.HeadAsync(id, Stop)).TryGet(out var head, out var problem), problem?.ToString());
        Assert.True(head.Frozen);
        var document = OperatorWords.Recover(key, head.Statement, TimeProvider.System.GetUtcNow());
        Assert.True((await desk.SubmitAsync(document, Stop)).TryGet(out _, out problem), problem?.ToString());
        await chain.SettleAsync();

        using var opened = await bob.OpenAsync(group);
        Assert.Equal(OpenOutcome.Opened, opened.Outcome);
        Assert.False((await ann.TryOpenAsync(group)).TryGet(out _, out _));
    }

    public void Dispose() => key.Dispose();

    private static async Task<OperatorClient> DeskAsync(Setting.Chain chain, CoreClient core) => new(
        core,
        (await chain.Provisioning.GetRequiredService<OrganizationBook>().OperatorTokenAsync(Setting.Chain.Organization, replace: false, Actor.Command, Stop))!);
}
