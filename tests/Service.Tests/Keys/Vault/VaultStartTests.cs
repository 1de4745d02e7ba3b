using EncryptionService.AzureStandIn;
using EncryptionService.Compliance;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Keys.Vault;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Tests.Rooms;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EncryptionService.Service.Tests.Keys.Vault;

/// <summary>The root under a key vault: one unwrap for a start, none for an event; rotation, and what keeps it from happening.</summary>
public sealed class VaultStartTests : RoomsTest, IAsyncLifetime
{
    private VaultScene scene = null!;

    public async ValueTask InitializeAsync() => scene = await VaultScene.StartAsync();

    [Fact]
    public async Task A_start_unwraps_once_and_an_event_asks_the_vault_nothing()
    {
        await using (await OpenAsync())
        {
        }

        scene.Vault.Calls.Clear();
        await using var service = await OpenAsync();
        Assert.Equal((1, 0, 0), (scene.Vault.Calls.Done("unwrapkey"), scene.Vault.Calls.Done("wrapkey"), scene.Vault.Calls.Done("sign")));
        var after = scene.Vault.Calls.Calls.Count;
        var alice = new Person("alice");
        await service.ApplyAsync(Story.Created(), Story.Added(alice));
        await service.ApplyAsync(Story.Removed(alice));
        Assert.Equal(after, scene.Vault.Calls.Calls.Count);
    }

    [Fact]
    public async Task A_rotated_version_is_taken_up_and_the_older_one_may_be_disabled()
    {
        string first;
        await using (var service = await OpenAsync())
        {
            first = service.Get<RootStore>().State.Wrapped!.KekId;
        }

        var next = scene.Vault.Keys.Rotate("wrapping-key");
        await using (var service = await OpenAsync())
        {
            Assert.EndsWith(next, service.Get<RootStore>().State.Wrapped!.KekId, StringComparison.Ordinal);
        }

        scene.Vault.Keys.Change("wrapping-key", first.Split('/')[^1], version => version with { Enabled = false });
        await using var last = await OpenAsync();
    }

    [Fact]
    public async Task A_version_of_the_organization_key_made_during_the_first_start_signs_nothing_and_the_first_one_stays_good()
    {
        var first = scene.Vault.Keys.Find("organization-key")!.Newest.Version;
        scene.Vault.Intercept = context =>
        {
            if (context.Request.Path.Value!.EndsWith("/wrapkey", StringComparison.Ordinal)) // after the key was read, before it signs
            {
                scene.Vault.Intercept = null;
                scene.Vault.Keys.Rotate("organization-key");
            }

            return Task.FromResult(false);
        };
        var refusal = await Assert.ThrowsAsync<StartupException>(() => OpenAsync());
        Assert.Contains("Keys:OrganizationKeyVersion", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(first, scene.Vault.Calls.Calls.Single(call => call.Operation == "sign").Version);

        scene.Options.Value.OrganizationKeyVersion = first;
        await using var service = await OpenAsync();
        Assert.Equal(1, scene.Vault.Calls.Done("sign"));
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("expired")]
    [InlineData("not yet valid")]
    [InlineData("throttled")]
    public async Task A_newest_version_that_cannot_wrap_keeps_nobody_from_serving(string state)
    {
        string first;
        await using (var service = await OpenAsync())
        {
            first = service.Get<RootStore>().State.Wrapped!.KekId;
        }

        scene.Vault.Keys.Rotate("wrapping-key");
        scene.Vault.Keys.Change("wrapping-key", null, version => state switch
        {
            "disabled" => version with { Enabled = false },
            "expired" => version with { Expires = 1 },
            "not yet valid" => version with { NotBefore = long.MaxValue },
            _ => version,
        });
        if (state == "throttled")
        {
            scene.Vault.Faults.Add(new Fault(FaultKind.Throttled, "wrapkey"));
        }

        await using var second = await OpenAsync();
        Assert.Equal(first, second.Get<RootStore>().State.Wrapped!.KekId);
    }

    [Theory]
    [InlineData(FaultMode.DieBefore)]
    [InlineData(FaultMode.DieAfter)]
    public async Task A_crash_while_the_version_changes_leaves_a_root_that_opens(FaultMode mode)
    {
        Formats.Thumbprint identity;
        await using (var service = await OpenAsync())
        {
            identity = service.Ring.Keys.IdentityThumbprint;
        }

        scene.Vault.Keys.Rotate("wrapping-key");
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => OpenAsync(inner =>
        {
            var faulty = new FaultyLedger(inner);
            faulty.Arm(1, mode);
            return faulty;
        }));
        await using var next = await OpenAsync();
        Assert.Equal(identity, next.Ring.Keys.IdentityThumbprint);
    }

    [Fact]
    public async Task The_vault_remembers_the_root_and_an_emptied_ledger_is_refused()
    {
        scene.Vault.Keys.Change("organization-key", null, version => version with { Tags = new Dictionary<string, string> { ["cost-centre"] = "4711" } });
        await using (await OpenAsync())
        {
        }

        var tags = scene.Vault.Keys.Find("organization-key")!.Newest.Tags;
        Assert.Equal(("4711", "1", 2), (tags["cost-centre"], tags[KeyVaultOrganizationKey.RootTag], tags.Count));
        Place.Memory = new MemoryLedger.Place();
        var refusal = await Assert.ThrowsAsync<StartupException>(() => OpenAsync());
        Assert.Equal(ExitCode.Disagreement, refusal.ExitCode);
        Assert.Contains("Restore it", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, scene.Vault.Calls.Done("wrapkey"));

        Place.Settings["Service:IdentityGeneration"] = "2";
        await using (await OpenAsync())
        {
        }

        Assert.Equal("2", scene.Vault.Keys.Find("organization-key")!.Newest.Tags[KeyVaultOrganizationKey.RootTag]);
    }

    [Fact]
    public async Task A_vault_that_takes_no_tag_keeps_nobody_from_a_first_start_and_is_asked_once_a_start()
    {
        scene.Vault.Faults.Add(new Fault(FaultKind.ForbiddenByRbac, "update", Times: 1));
        await using (await OpenAsync())
        {
        }

        Assert.Empty(scene.Vault.Keys.Find("organization-key")!.Newest.Tags);
        for (var start = 2; start <= 3; start++)
        {
            await using var next = await OpenAsync();
            Assert.Equal("1", scene.Vault.Keys.Find("organization-key")!.Newest.Tags[KeyVaultOrganizationKey.RootTag]);
            Assert.Equal(1, scene.Vault.Calls.Done("update"));
        }
    }

    [Fact]
    public async Task A_disabled_version_that_wrapped_the_root_is_a_refusal_that_names_it()
    {
        await using (await OpenAsync())
        {
        }

        scene.Vault.Keys.Change("wrapping-key", null, version => version with { Enabled = false });
        var refusal = await Assert.ThrowsAsync<KeyUnavailableException>(() => OpenAsync());
        Assert.False(refusal.Passes);
        Assert.Contains(scene.Vault.Keys.Find("wrapping-key")!.Newest.Version, refusal.Message, StringComparison.Ordinal);
    }

    ValueTask IAsyncDisposable.DisposeAsync() => StopAsync();

    private async ValueTask StopAsync()
    {
        await DisposeAsync();
        await scene.DisposeAsync();
    }

    private Task<InProcessService> OpenAsync(Func<ILedger, ILedger>? wrap = null) => InProcessService.StartAsync(
        Place, wrap, services => services.AddSingleton<IKeyEncryptionKey>(scene.Kek).AddSingleton<IOrganizationKey>(scene.OrganizationKey));
}
