using System.Security.Cryptography;
using EncryptionService.Compliance;
using EncryptionService.Contracts.Membership;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Service.Tests.Rooms;
using Grpc.Core;
using Xunit;

namespace EncryptionService.Service.Tests.Groups;

/// <summary>A ledger that was cut or restored, and the way back (docs/spec/membership.md, section 6).</summary>
public sealed class FreezeTests : RoomsTest
{
    private readonly Person alice = new("alice");
    private readonly Person bob = new("bob");

    [Fact]
    public async Task A_statement_that_is_ahead_freezes_the_group_and_takes_nothing()
    {
        var (service, ahead) = await CutAsync();

        var receipt = Assert.Single(await service.ApplyAsync([Story.Rotated()], ("g1", ahead)));

        Assert.Equal((Outcome.Frozen, Reason.LedgerBehind), (receipt.Outcome, receipt.Reason));
        Assert.True((await service.GetGroupAsync()).Frozen);
        Assert.Equal(1UL, (await service.StateAsync()).Revision);
    }

    [Fact]
    public async Task Another_statement_for_the_same_revision_freezes_the_group()
    {
        var (service, ahead) = await CutAsync();
        await TakeAsync(service, Story.Added(bob)); // revision 2 again, with another content

        var group = await service.GetGroupAsync(statement: ahead);

        Assert.True(group.Frozen);
    }

    [Fact]
    public async Task A_group_that_the_ledger_lost_whole_freezes_too()
    {
        var empty = await PrepareAsync();
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        var head = (await service.StateAsync()).Statement;
        Place.Memory = empty;
        var restored = await StartAsync();

        var receipts = await restored.ApplyAsync([Story.Rotated()], ("g1", head));

        Assert.Equal(Outcome.Frozen, Assert.Single(receipts).Outcome);
        await RecoverAsync(restored, head);
        var state = await restored.StateAsync();
        Assert.Equal((2UL, 2UL, 1UL), (state.Revision, state.Epoch, state.NextSequence));
    }

    [Fact]
    public async Task A_statement_of_the_past_or_present_freezes_nothing()
    {
        var service = await StartAsync();
        await TakeAsync(service, Story.Created());
        var first = (await service.StateAsync()).Statement;
        await TakeAsync(service, Story.Added(alice));
        var second = (await service.StateAsync()).Statement;

        Assert.False((await service.GetGroupAsync(statement: first)).Frozen);
        Assert.False((await service.GetGroupAsync(statement: second)).Frozen);
    }

    [Theory]
    [InlineData("key")]
    [InlineData("organization")]
    [InlineData("group")]
    [InlineData("signature")]
    [InlineData("text")]
    public async Task A_foreign_statement_is_ignored(string foreign)
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        var own = Parse((await service.StateAsync()).Statement);
        var claims = own with { Revision = 9, Previous = own.Hash };
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var statement = foreign switch
        {
            "key" => JwsSigner.Sign(key, claims with { Issuer = SigningJwk.Of(key).Thumbprint }),
            "organization" => service.Ring.Keys.SignAsIdentity(claims with { Organization = IdOf.Organization("o2") }),
            "group" => service.Ring.Keys.SignAsIdentity(claims with { Group = IdOf.Group("g2") }),
            "signature" => Jws.Assemble(claims.SigningInput(own.Issuer), new byte[64]),
            _ => "no.statement.atall",
        };

        var receipts = await service.ApplyAsync([Story.Rotated()], ("g1", statement));

        Assert.Equal(Outcome.Applied, Assert.Single(receipts).Outcome);
        Assert.False((await service.GetGroupAsync(statement: statement)).Frozen);
    }

    [Fact]
    public async Task What_is_frozen_stays_frozen_after_a_restart_and_reseals_nothing()
    {
        var (service, ahead) = await CutAsync();
        await service.GetGroupAsync(statement: ahead);

        var restarted = await StartAsync();

        Assert.Equal(Outcome.Frozen, Assert.Single(await restarted.ApplyAsync(Story.Rotated())).Outcome);
        await RefusedAsync(StatusCode.FailedPrecondition, () => restarted.ResealAsync(1, alice));
    }

    [Fact]
    public async Task An_operator_ends_it_with_an_epoch_above_and_a_statement_that_continues_the_cores()
    {
        var (service, ahead) = await CutAsync();
        await service.GetGroupAsync(statement: ahead);

        await RecoverAsync(service, ahead);

        var state = await service.StateAsync();
        var statement = Parse(state.Statement);
        Assert.True(statement.Continues(Parse(ahead), out var gap), gap);
        Assert.Equal((3UL, 3UL, false), (state.Revision, state.Epoch, state.Frozen));
        Assert.Equal(["recovered"], statement.Why);
        using var opened = await OpenAcrossAsync(service, ahead);
        Assert.Equal(OpenOutcome.Opened, opened.Outcome);
        await TakeAsync(service, new Story(Place.Time) { Next = state.NextSequence }.Added(bob));
        await RecoverAsync(service, ahead, expectFault: true);
    }

    [Fact]
    public async Task The_same_recovery_again_is_the_answer_to_a_lost_reply()
    {
        var (service, ahead) = await CutAsync();
        await service.GetGroupAsync(statement: ahead);
        await RecoverAsync(service, ahead);
        var head = (await service.StateAsync()).Statement;

        await RecoverAsync(service, ahead);

        Assert.Equal(head, (await service.StateAsync()).Statement);
    }

    [Fact]
    public async Task A_ledger_that_minted_more_than_the_core_saw_is_recovered_above_both()
    {
        var (service, ahead) = await CutAsync(); // ahead: revision 2, epoch 2
        await service.ApplyAsync(Story.Rotated());
        var other = Parse(ahead) with { Epoch = 1, Link = null };
        var fork = service.Ring.Keys.SignAsIdentity(other); // same revision as the ledger's, lower epoch
        Assert.Equal(2UL, (await service.StateAsync()).Epoch);
        Assert.True((await service.GetGroupAsync(statement: fork)).Frozen);

        await RecoverAsync(service, fork);

        Assert.Equal((3UL, 3UL), ((await service.StateAsync()).Revision, (await service.StateAsync()).Epoch));
        var restarted = await StartAsync();
        Assert.Equal(3UL, (await restarted.StateAsync()).Epoch);
    }

    [Fact]
    public async Task A_group_that_has_ended_here_is_not_recovered_and_stays_readable()
    {
        var (service, ahead) = await CutAsync();
        await TakeAsync(service, Story.Deleted());
        Assert.True((await service.GetGroupAsync(statement: ahead)).Frozen);

        await RecoverAsync(service, ahead, expectFault: true);

        var restarted = await StartAsync();
        Assert.True((await restarted.GetGroupAsync()).Deleted);
    }

    [Theory]
    [InlineData("stranger")]
    [InlineData("core")]
    [InlineData("signature")]
    [InlineData("organization")]
    [InlineData("group")]
    [InlineData("revision")]
    [InlineData("statement")]
    [InlineData("expired")]
    [InlineData("future")]
    [InlineData("long-lived")]
    public async Task Nobody_and_nothing_else_ends_it(string wrong)
    {
        var (service, ahead) = await CutAsync();
        await service.GetGroupAsync(statement: ahead);
        var now = Place.Time.Seconds;
        var right = RecoveryOf(ahead);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (key, claims) = wrong switch
        {
            "stranger" => (stranger, right),
            "core" => (Place.CoreKey, right),
            "organization" => (Place.Operator, right with { Organization = IdOf.Organization("o2") }),
            "group" => (Place.Operator, right with { Group = IdOf.Group("g2") }),
            "revision" => (Place.Operator, right with { Revision = right.Revision + 1 }),
            "statement" => (Place.Operator, right with { StatementHash = Digest32.Of([1]) }),
            "expired" => (Place.Operator, right with { IssuedAt = now - 1_000, ExpiresAt = now - 61 }),
            "future" => (Place.Operator, right with { IssuedAt = now + 61, ExpiresAt = now + 100 }),
            _ => (Place.Operator, right with { ExpiresAt = now + (32 * 86_400) }),
        };

        var document = wrong == "signature"
            ? Jws.Assemble(right.SigningInput(SigningJwk.Of(Place.Operator).Thumbprint), new byte[64])
            : JwsSigner.Sign(key, claims);

        await RefusedAsync(StatusCode.InvalidArgument, () => service.SubmitAsync(document));

        Assert.True((await service.StateAsync()).Frozen);
    }

    [Fact]
    public async Task Without_operator_keys_a_frozen_group_stays_frozen()
    {
        Place.Settings["Service:OperatorKeys"] = "[]";
        var (service, ahead) = await CutAsync();
        await service.GetGroupAsync(statement: ahead);

        await RecoverAsync(service, ahead, expectFault: true);

        Assert.True((await service.StateAsync()).Frozen);
    }

    /// <summary>A service whose ledger was restored to revision 1, and the statement of revision 2 (epoch 2) that the core has.</summary>
    private async Task<(InProcessService Service, string Ahead)> CutAsync()
    {
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        var backup = Place.Backup();
        await TakeAsync(service, Story.Rotated());
        var ahead = (await service.StateAsync()).Statement;
        Story.Next--;
        Place.Memory = backup;
        return (await StartAsync(), ahead);
    }

    private async Task<MemoryLedger.Place> PrepareAsync()
    {
        await StartAsync();
        return Place.Backup();
    }

    private Recovery RecoveryOf(string ahead) => new()
    {
        Organization = Place.Organization,
        Group = IdOf.Group("g1"),
        Revision = Parse(ahead).Revision,
        StatementHash = Parse(ahead).Hash,
        IssuedAt = Place.Time.Seconds,
        ExpiresAt = Place.Time.Seconds + 600,
        Id = "recovery-1",
    };

    private async Task RecoverAsync(InProcessService service, string ahead, bool expectFault = false)
    {
        var document = JwsSigner.Sign(Place.Operator, RecoveryOf(ahead));
        if (expectFault)
        {
            await RefusedAsync(StatusCode.InvalidArgument, () => service.SubmitAsync(document));
        }
        else
        {
            Assert.Equal(1U, (await service.SubmitAsync(document)).Accepted);
        }
    }

    /// <summary>Opens as a client that has seen the statement ahead.</summary>
    private async Task<OpenResult> OpenAcrossAsync(InProcessService service, string ahead)
    {
        var state = await service.StateAsync();
        var seen = Parse(ahead);
        var delivery = Place.Deliveries.Find(state.Id, alice.Member, state.Epoch)!;
        return Opener.Open(service.Request(alice, state, delivery, [state.Statement]) with
        {
            Memory = new GroupMemory(seen.Revision, seen.Hash, seen.Epoch, 1, Suite.Hpke4),
        });
    }
}
