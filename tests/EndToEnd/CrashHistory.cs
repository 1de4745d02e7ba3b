using System.Security.Cryptography;
using EncryptionService.Contracts.Membership;
using EncryptionService.EndToEnd.Setting;
using EncryptionService.Formats;
using EncryptionService.Service;
using EncryptionService.Service.Keys;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EncryptionService.EndToEnd;

/// <summary>A short history with every kind of write: root, enrolment, pins, units, rolls, reseal, approval, freeze, recovery, both kinds of new keys, deletion.</summary>
/// <param name="world">The service and its core.</param>
/// <param name="folder">Ledger and keys.</param>
/// <param name="admit">Lets a service in this process into the ledger's storage; null: it needs nobody's leave.</param>
internal sealed class CrashHistory(CrashWorld world, ServiceFolder folder, Action<IServiceCollection>? admit = null) : IDisposable
{
    private readonly Person alice = new("alice");
    private readonly Person bob = new("bob");
    private readonly Person carol = new("carol");
    private readonly Person dave = new("dave");
    private readonly List<(Event Event, Receipt Receipt)> acknowledged = [];
    private readonly Dictionary<string, string> settings = world.Settings();
    private readonly ECDsa operatorKey = world.Core.CallKey;

    /// <summary>Lives through the whole history and checks the world after each step.</summary>
    public async Task RunAsync()
    {
        var one = new GroupScript("g1");
        var two = new GroupScript("g2");
        await world.StartAsync(settings);
        await ApplyAsync([alice, bob], one.Create(), one.Add(alice, bob));
        await ApplyAsync([alice], one.Remove(bob));
        await ApplyAsync([alice, carol], one.Add(carol));
        await ApplyAsync([alice, carol], one.Rotate());
        await ResealAsync();
        await ApproveAsync();
        await ApplyAsync([carol, dave], two.Create(), two.Add(carol, dave));
        await FreezeAndRecoverAsync();
        await ChangeCallKeyAsync();
        world.Kill();
        AddWrappingKey();
        await world.StartAsync(settings);
        await ApplyAsync([carol], two.Remove(dave));
        await ApplyAsync([], one.Delete());
        await CheckAsync();
    }

    public void Dispose()
    {
        alice.Dispose();
        bob.Dispose();
        carol.Dispose();
        dave.Dispose();
        operatorKey.Dispose();
    }

    private async Task ApplyAsync(IReadOnlyList<Person> roster, params Event[] events)
    {
        var receipts = await world.DoAsync(settings, caller => caller.ApplyAsync(events));
        foreach (var (sent, receipt) in events.Zip(receipts))
        {
            Assert.Contains(receipt.Outcome, (Outcome[])[Outcome.Applied, Outcome.Duplicate]);
            acknowledged.Add((sent, receipt));
        }

        var group = events[0].GroupId;
        await world.SettleAsync(settings, group, roster, lost: receipts.All(receipt => receipt.Outcome == Outcome.Duplicate));
        Assert.All(roster, person => Assert.True(Opening.Opens(world.Core, group, person, roster), $"{person.Member} does not open {group}"));
    }

    private async Task ResealAsync()
    {
        var state = await world.CallAsync(settings, caller => caller.GetGroupAsync(new GetGroupRequest { GroupId = "g1" }));
        var request = new ResealRequest { GroupId = "g1", Epoch = state.Epoch, MemberIds = { "alice" } };
        var response = await world.DoAsync(settings, caller => caller.ResealAsync(request), repeats: true);
        Assert.NotEqual(0UL, response.Generation);
        await world.SettleAsync(settings, "g1", [alice, carol], lost: false);
        Assert.True(Opening.Opens(world.Core, "g1", alice, [alice, carol]));
    }

    private async Task ApproveAsync()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var document = JwsSigner.Sign(operatorKey, new Approval
        {
            Organization = Organization,
            Members = [new ApprovedMember(dave.Member, dave.Keys)],
            IssuedAt = now,
            ExpiresAt = now + 3600,
            Id = "approval-1",
        });
        await world.DoAsync(settings, caller => caller.SubmitAsync(document));
    }

    private async Task FreezeAndRecoverAsync()
    {
        var ahead = await SignAheadAsync("g2");
        world.Core.Book.TakeStatement("g2", ahead.Jws.Compact);
        var frozen = await world.DoAsync(settings, caller => caller.GetGroupAsync(new GetGroupRequest { GroupId = "g2", Statement = ahead.Jws.Compact }));
        Assert.True(frozen.Frozen);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var document = JwsSigner.Sign(operatorKey, new Recovery
        {
            Organization = Organization,
            Group = ahead.Group,
            Revision = ahead.Revision,
            StatementHash = ahead.Hash,
            IssuedAt = now,
            ExpiresAt = now + 3600,
            Id = "recovery-1",
        });
        var ends = world.Ends;
        await world.DoAsync(settings, caller => caller.SubmitAsync(document));
        await world.SettleAsync(settings, "g2", [carol, dave], world.Lost(ends));
        Assert.Equal(ahead.Revision + 1, world.Core.Book.Read("g2", held => held.Head.Revision));
        Assert.All((Person[])[carol, dave], person => Assert.True(Opening.Opens(world.Core, "g2", person, [carol, dave])));
    }

    /// <summary>The statement that the core would hold had the ledger lost its last frame: signed with the identity out of a copy of the ledger.</summary>
    private async Task<Statement> SignAheadAsync(string group)
    {
        using var copy = new ServiceFolder();
        ServiceFolder.Copy(folder.Root, copy.Root);
        var elsewhere = new Dictionary<string, string>(settings) { ["Keys:Path"] = copy.Keys };
        if (folder.Container is null)
        {
            elsewhere["Ledger:Path"] = copy.Ledger; // one process at a time; a container is read by any number
        }

        await using var rooms = ServiceHost.Build(ServiceFolder.Arguments(elsewhere), admit);
        await rooms.Services.GetRequiredService<RootStore>().LoadAsync(TestContext.Current.CancellationToken);
        using var keys = await rooms.Services.GetRequiredService<RootKeeper>().UnsealAsync(TestContext.Current.CancellationToken);
        var head = world.Core.Book.Read(group, held => held.Head);
        var compact = keys.SignAsIdentity(head with { Revision = head.Revision + 1, Previous = head.Hash, Why = [StatementReasons.Added] });
        return Statement.TryParse(compact, out var statement, out var error) ? statement : throw new InvalidOperationException(error);
    }

    private async Task ChangeCallKeyAsync()
    {
        var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var document = JwsSigner.Sign(operatorKey, new CallKeyChange
        {
            Organization = Organization,
            Audience = world.Core.Book.Certificate.Identity.Thumbprint.ToString(),
            Key = SigningJwk.Of(next),
            IssuedAt = now,
            ExpiresAt = now + 3600,
        });
        await world.DoAsync(settings, async caller =>
        {
            try
            {
                return await caller.SubmitAsync(document);
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unauthenticated)
            {
                // The answer was lost, and the old key with it: from now on the new one signs.
                return new SubmitApprovalResponse { Accepted = 1 };
            }
        });
        world.Core.CallKey = next;
        world.ForgetCaller();
    }

    private void AddWrappingKey()
    {
        var options = Options.Create(new KeyOptions { Path = folder.Keys });
        new LocalKeyEncryptionKey(options, Microsoft.Extensions.Logging.Abstractions.NullLogger<LocalKeyEncryptionKey>.Instance).CreateVersion();
    }

    private static OrganizationId Organization => OrganizationId.TryParse("o1", out var id) ? id : throw new InvalidOperationException();

    /// <summary>Nothing acknowledged is lost, and everything is there once.</summary>
    private async Task CheckAsync()
    {
        Assert.Empty(world.Core.Book.Complaints);
        foreach (var (sent, first) in acknowledged)
        {
            var again = Assert.Single(await world.CallAsync(settings, caller => caller.ApplyAsync(sent)));
            var expected = first.Clone();
            (expected.Outcome, expected.NextSequence) = (Outcome.Duplicate, again.NextSequence);
            Assert.Equal(expected, again);
        }

        foreach (var group in (string[])["g1", "g2"])
        {
            var state = await world.CallAsync(settings, caller => caller.GetGroupAsync(new GetGroupRequest { GroupId = group, MaxStatements = 1000 }));
            var revisions = state.Statements.Select(text => Statement.TryParse(text, out var statement, out _) ? statement.Revision : 0).ToList();
            Assert.Equal(revisions.Distinct().Order(), revisions);
            foreach (var statement in state.Statements)
            {
                Assert.Equal(statement, world.Core.Book.Read(group, held => held.Statements.Values.Single(one => one.Jws.Compact == statement).Jws.Compact));
            }
        }

        world.Kill();
        using var verify = ServiceProcess.Start(settings, ["ledger", "verify"], environment: folder.Environment);
        Assert.True(await verify.ExitAsync(TestContext.Current.CancellationToken) == ExitCode.Ok, verify.Output + verify.Errors);
    }
}
