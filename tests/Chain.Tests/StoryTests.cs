using EncryptionService.Chain.Tests.Setting;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Chain.Tests;

/// <summary>From the IdP's call to the member's open key, with both real hosts.</summary>
public sealed class StoryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Members_open_one_key_and_who_was_removed_does_not_open_the_next()
    {
        await using var chain = await Setting.Chain.StartAsync();
        var ann = await chain.JoinAsync("ann");
        var bob = await chain.JoinAsync("bob", Suite.Hpke7);
        var group = await chain.Idp.CreateGroupAsync("Treasury");
        await chain.Idp.AddAsync(group, ann.Id, bob.Id);
        await chain.SettleAsync();

        using var anns = await ann.OpenAsync(group);
        using var bobs = await bob.OpenAsync(group);
        Assert.Equal((OpenOutcome.Opened, OpenOutcome.Opened), (anns.Outcome, bobs.Outcome));
        Assert.True(anns.Key!.FixedTimeEquals(bobs.Key!));

        await chain.Idp.RemoveAsync(group, bob.Id);
        await chain.SettleAsync();
        using var next = await ann.OpenAsync(group);
        Assert.Equal(OpenOutcome.Opened, next.Outcome);
        Assert.False(next.Key!.FixedTimeEquals(bobs.Key!));
        Assert.False((await bob.TryOpenAsync(group)).TryGet(out _, out var problem));
        Assert.Equal(404, problem.Status);
    }

    [Fact]
    public async Task Suspension_makes_a_new_epoch_and_restoring_brings_the_member_back_with_all_that_was()
    {
        await using var chain = await Setting.Chain.StartAsync();
        var ann = await chain.JoinAsync("ann");
        var bob = await chain.JoinAsync("bob");
        var group = await chain.Idp.CreateGroupAsync("Treasury");
        await chain.Idp.AddAsync(group, ann.Id, bob.Id);
        await chain.SettleAsync();

        await chain.Idp.SetActiveAsync(bob.Id, active: false);
        await chain.SettleAsync();
        Assert.False((await bob.TryOpenAsync(group)).TryGet(out _, out var problem));
        Assert.Equal(403, problem.Status);
        using var without = await ann.OpenAsync(group);
        Assert.Equal(OpenOutcome.Opened, without.Outcome);

        await chain.Idp.SetActiveAsync(bob.Id, active: true);
        await chain.SettleAsync();
        using var again = await bob.OpenAsync(group);
        Assert.True(again.Key!.FixedTimeEquals(without.Key!));
        Assert.Equal(2UL, again.Memory!.Epoch);
    }

    [Fact]
    public async Task Without_a_trusted_code_a_key_is_unverified_and_with_a_wrong_one_forged()
    {
        await using var chain = await Setting.Chain.StartAsync();
        var person = new Person(await chain.Idp.CreateUserAsync("eve@acme.example"), await chain.LinkAsync("eve@acme.example"));
        using (person)
        {
            await person.AcceptAsync(Suite.Hpke4);
            var group = await chain.Idp.CreateGroupAsync("Treasury");
            await chain.Idp.AddAsync(group, person.Id);
            await chain.SettleAsync();

            using var unverified = await person.OpenAsync(group);
            await person.TrustAsync(Thumbprint.FromBytes(new byte[32]));
            using var forged = await person.OpenAsync(group);

            Assert.Equal((OpenOutcome.Unverified, OpenOutcome.Forged), (unverified.Outcome, forged.Outcome));
        }
    }

    [Fact]
    public async Task New_keys_replace_old_ones_in_every_group()
    {
        await using var chain = await Setting.Chain.StartAsync();
        var ann = await chain.JoinAsync("ann");
        var first = await chain.Idp.CreateGroupAsync("one");
        var second = await chain.Idp.CreateGroupAsync("two");
        await chain.Idp.AddAsync(first, ann.Id);
        await chain.Idp.AddAsync(second, ann.Id);
        await chain.SettleAsync();
        await ann.RotateAsync();
        await chain.SettleAsync();

        foreach (var group in new[] { first, second })
        {
            using var opened = await ann.OpenAsync(group);
            Assert.Equal((OpenOutcome.Opened, 2UL), (opened.Outcome, opened.Memory!.Epoch));
        }

        // A group that she enters later: the pin has moved on, and her new keys are the ones.
        await ann.RotateAsync();
        var third = await chain.Idp.CreateGroupAsync("three");
        await chain.Idp.AddAsync(third, ann.Id);
        await chain.SettleAsync();
        using var late = await ann.OpenAsync(third);
        Assert.Equal(OpenOutcome.Opened, late.Outcome);
    }

    [Fact]
    public async Task While_the_service_is_away_the_directory_goes_on_and_nothing_is_lost()
    {
        await using var chain = await Setting.Chain.StartAsync();
        var ann = await chain.JoinAsync("ann");
        var bob = await chain.JoinAsync("bob");
        var group = await chain.Idp.CreateGroupAsync("Treasury");
        await chain.Idp.AddAsync(group, ann.Id);
        await chain.SettleAsync();

        await chain.StopServiceAsync();
        await chain.Idp.AddAsync(group, bob.Id);
        await chain.Idp.RemoveAsync(group, ann.Id);
        var other = await chain.Idp.CreateGroupAsync("Payroll");
        await chain.Idp.AddAsync(other, ann.Id);
        await chain.StopProvisioningAsync();
        await chain.StartProvisioningAsync();
        await chain.StartServiceAsync();
        await chain.SettleAsync();

        using var bobs = await bob.OpenAsync(group);
        using var anns = await ann.OpenAsync(other);
        Assert.Equal((OpenOutcome.Opened, OpenOutcome.Opened), (bobs.Outcome, anns.Outcome));
        Assert.Equal(2UL, bobs.Memory!.Epoch);
    }

    [Fact]
    public async Task What_the_core_lost_is_fetched_and_sealed_again()
    {
        await using var chain = await Setting.Chain.StartAsync();
        var ann = await chain.JoinAsync("ann");
        var group = await chain.Idp.CreateGroupAsync("Treasury");
        await chain.Idp.AddAsync(group, ann.Id);
        await chain.SettleAsync();

        await chain.Provisioning.LoseAsync(group, Stop);
        await chain.SettleAsync();

        using var opened = await ann.OpenAsync(group);
        Assert.Equal(OpenOutcome.Opened, opened.Outcome);
        Assert.Equal(1, await chain.ReadAsync(db => db.Envelopes.CountAsync(row => row.GroupId == group, Stop)));
    }

    [Fact]
    public async Task A_deleted_group_ends_with_a_final_statement_and_a_deleted_member_is_gone()
    {
        await using var chain = await Setting.Chain.StartAsync();
        var ann = await chain.JoinAsync("ann");
        var group = await chain.Idp.CreateGroupAsync("Treasury");
        await chain.Idp.AddAsync(group, ann.Id);
        await chain.SettleAsync();

        await chain.Idp.DeleteGroupAsync(group);
        await chain.Idp.DeleteUserAsync(ann.Id);
        await chain.SettleAsync();

        var last = await chain.ReadAsync(db => db.Statements.Where(row => row.GroupId == group).OrderByDescending(row => row.Revision).FirstAsync(Stop));
        Assert.True(Statement.TryParse(last.Statement, out var statement, out _) && statement.End);
        Assert.False((await ann.Client.MeAsync(Stop)).TryGet(out _, out var problem));
        Assert.Equal(401, problem.Status);
        Assert.Equal(0, await chain.ReadAsync(db => db.Events.CountAsync(row => row.State != EventState.Done, Stop)));
    }
}
