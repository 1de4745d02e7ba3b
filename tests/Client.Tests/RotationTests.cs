using EncryptionService.Client.Tests.Setting;
using Microsoft.AspNetCore.Http;

namespace EncryptionService.Client.Tests;

/// <summary>New keys: whatever dies at whatever moment, the member has keys that the core knows.</summary>
public sealed class RotationTests : IAsyncLifetime
{
    private static readonly string[] steps =
    [
        "first write begun", "first write written", "first write renamed", "lost request", "lost reply", "second write begun", "second write written", "second write renamed",
    ];

    private Desk desk = null!;
    private StubMember alice = null!;

    public static TheoryData<string, string> Deaths => [.. from step in steps from next in new[] { "rotate-key", "open g1" } select (step, next)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        desk = await Desk.SitAsync();
        alice = await desk.JoinAsync("alice");
        desk.Service.Group("g1").Add(alice.Person);
    }

    public async ValueTask DisposeAsync() => await desk.DisposeAsync();

    [Fact]
    public async Task Both_keys_are_replaced_and_open_what_is_sealed_to_them()
    {
        var before = alice.Keys!;

        var rotated = await desk.MemberAsync("alice", "rotate-key --json");

        Assert.Equal(0, rotated.Code);
        Assert.NotEqual(before.Ids.Hpke, alice.Keys!.Ids.Hpke);
        Assert.NotEqual(before.Ids.Signing, alice.Keys.Ids.Signing);
        Assert.Equal(alice.Keys.Ids.Hpke.ToString(), (string?)rotated.Json["hpke"]);
        Assert.Equal(2UL, (ulong?)rotated.Json["counter"]);
        var early = await desk.MemberAsync("alice", "open g1");
        Assert.Equal(10, early.Code);
        Assert.Contains("wait until the service has sealed again", early.Error, StringComparison.Ordinal);
        desk.Service.Group("g1").Add(alice.Person);
        Assert.Equal(0, (await desk.MemberAsync("alice", "open g1")).Code);
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task No_death_loses_the_keys(string step, string next)
    {
        await DieAsync(step);
        var first = await desk.MemberAsync("alice", next);
        Assert.True(first.Code is 0 || (next == "open g1" && first.Code == 10), first.Error);

        Assert.Equal(0, (await desk.MemberAsync("alice", "rotate-key")).Code);

        var file = (await Store().ReadAsync(Token))!;
        Assert.Null(file.NewKeys);
        using var passphrase = Passphrase.TryCreate("correct horse battery staple", out _)!;
        using var keys = MemberKeyBox.TryOpen(file.Keys, passphrase, file.Organization, file.Member)!;
        Assert.Equal(alice.Keys, keys.Public);
        desk.Service.Group("g1").Add(alice.Person);
        Assert.Equal(0, (await desk.MemberAsync("alice", "open g1")).Code);
    }

    [Fact]
    public async Task While_the_service_has_not_seen_the_keys_they_stay_and_the_new_ones_wait()
    {
        alice.Pinned = false;
        var before = alice.Keys;

        var early = await desk.MemberAsync("alice", "rotate-key");
        Assert.Equal(4, early.Code);
        Assert.Contains("keys-on-their-way", early.Error, StringComparison.Ordinal);
        Assert.Contains("run eec member rotate-key again", early.Error, StringComparison.Ordinal);
        Assert.Equal(before, alice.Keys);
        Assert.Equal(0, (await desk.MemberAsync("alice", "open g1")).Code);
        var waiting = (await Store().ReadAsync(Token))!.NewKeys;
        Assert.NotNull(waiting);

        alice.Pinned = true;
        Assert.Equal(0, (await desk.MemberAsync("alice", "rotate-key")).Code);
        Assert.Equal(waiting, (await Store().ReadAsync(Token))!.Keys);
    }

    [Fact]
    public async Task A_counter_that_moved_is_asked_for_again()
    {
        var moved = false;
        desk.Core.Before = context =>
        {
            if (!moved && context.Request.Path == "/member/v1/me")
            {
                moved = true;
                alice.Counter = 7;
            }
        };

        Assert.Equal(0, (await desk.MemberAsync("alice", "rotate-key")).Code);
        Assert.Equal(8UL, alice.Counter);
    }

    [Fact]
    public async Task A_core_that_only_claims_to_have_the_new_keys_does_not_get_the_old_ones_forgotten()
    {
        desk.Core.Instead = async context =>
        {
            if (context.Request.Path != "/member/v1/keys")
            {
                return false;
            }

            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(
                $$$"""{"organization":"o1","organizationName":"","member":"alice","userName":"","core":"core-1","keys":{"hpke":"{{{alice.Keys!.Hpke.Thumbprint}}}","alg":"HPKE-4","sig":"{{{alice.Keys.Signing.Thumbprint}}}"},"counter":2,"pinned":true}""",
                Token);
            return true;
        };

        Assert.Equal(3, (await desk.MemberAsync("alice", "rotate-key")).Code);
        Assert.Equal(0, (await desk.MemberAsync("alice", "open g1")).Code);
    }

    [Fact]
    public async Task Memory_that_another_program_wrote_meanwhile_is_kept()
    {
        using var passphrase = Passphrase.TryCreate("correct horse battery staple", out _)!;
        using var slow = MemberClient.TryUnlock(Store(), (await Store().ReadAsync(Token))!, passphrase, TimeProvider.System)!;
        desk.Service.Group("g1").Rotate();
        Assert.Equal(0, (await desk.MemberAsync("alice", "open g1")).Code);

        Assert.True((await slow.RotateKeysAsync(passphrase, Token)).TryGet(out _, out var problem), problem?.Title);

        Assert.Equal(2UL, (await Store().ReadAsync(Token))!.Groups[Ids.Group("g1")].Memory.Revision);
    }

    private MemberFileStore Store(Action<WriteStep>? watch = null) => new(desk.PathOf("alice.json"), TimeProvider.System) { Watch = watch };

    private async Task DieAsync(string step)
    {
        var writes = 0;
        var store = Store(reached =>
        {
            writes += reached == WriteStep.Begun ? 1 : 0;
            if (step == $"{(writes == 1 ? "first" : "second")} write {reached.ToString().ToLowerInvariant()}")
            {
                throw new IOException("The machine died.");
            }
        });
        if (step.StartsWith("lost", StringComparison.Ordinal))
        {
            Func<HttpContext, bool> isChange = context => context.Request.Path == "/member/v1/keys";
            desk.Core.Instead = context =>
            {
                if (step == "lost request" && isChange(context))
                {
                    context.Abort();
                }

                return Task.FromResult(step == "lost request" && isChange(context));
            };
            desk.Core.Before = context =>
            {
                if (isChange(context))
                {
                    context.Abort();
                }
            };
        }

        using var passphrase = Passphrase.TryCreate("correct horse battery staple", out _)!;
        using (var client = MemberClient.TryUnlock(store, (await store.ReadAsync(Token))!, passphrase, TimeProvider.System)!)
        {
            if (step.StartsWith("lost", StringComparison.Ordinal))
            {
                Assert.NotNull((await client.RotateKeysAsync(passphrase, Token)).Problem);
            }
            else
            {
                await Assert.ThrowsAsync<IOException>(() => client.RotateKeysAsync(passphrase, Token));
            }
        }

        desk.Core.Instead = null;
        desk.Core.Before = null;
    }
}
