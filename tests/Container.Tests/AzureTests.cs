using EncryptionService.AzureStandIn;
using EncryptionService.Compliance;
using EncryptionService.Container.Tests.Setting;
using EncryptionService.Contracts.Membership;
using EncryptionService.EndToEnd.Setting;

namespace EncryptionService.Container.Tests;

/// <summary>The container as it runs in Azure: managed identity, keys in a vault, ledger in append blobs, nothing on a disk; trust in the test authorities comes as a file.</summary>
public sealed class AzureTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Skip = DockerEngine.Absent, SkipUnless = nameof(DockerEngine.IsPresent), SkipType = typeof(DockerEngine))]
    public async Task It_does_the_main_job_without_a_disk_and_goes_on_in_a_new_container()
    {
        var storage = await azurite.GetAsync(Token);
        var folder = Directory.CreateTempSubdirectory("container-azure-");
        try
        {
            await using var azure = await StandIn.StartAsync(new StandInOptions(Path.Combine(folder.FullName, "azure")), Token);
            var trust = folder.CreateSubdirectory("trust");
            await File.WriteAllTextAsync(Path.Combine(trust.FullName, "ca.pem"), await File.ReadAllTextAsync(azure.CaFile, Token) + await File.ReadAllTextAsync(storage.CaFile, Token), Token);
            await PlayAsync(
                new Dictionary<string, string>
                {
                    ["IDENTITY_ENDPOINT"] = azure.IdentityEndpoint.AbsoluteUri,
                    ["IDENTITY_HEADER"] = azure.IdentityHeader,
                    ["AZURE_CLIENT_ID"] = azure.ClientId,
                    ["SSL_CERT_FILE"] = "/trust/ca.pem",
                    ["Keys__VaultUrl"] = azure.VaultUrl.AbsoluteUri,
                    ["Ledger__ContainerUrl"] = (await storage.NewContainerAsync(Token)).AbsoluteUri,
                },
                [$"{trust.FullName}:/trust:ro"]);
            Assert.Equal(2, azure.Calls.Done("unwrapkey")); // one for each start that found a root
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task PlayAsync(Dictionary<string, string> places, string[] mounts)
    {
        await using var core = await FakeCore.StartAsync(Token);
        using Person anna = new("anna"), ben = new("ben");
        var group = new GroupScript("g1");
        await using (var first = await ServiceRun.StartAsync(core, places, mounts, Token))
        {
            var receipts = await first.Caller.ApplyAsync(group.Create(), group.Add(anna, ben));
            Assert.All(receipts, receipt => Assert.Equal(Outcome.Applied, receipt.Outcome));
            await core.Changed.UntilAsync(() => core.Book.Has("g1", 1, [anna, ben]), Token);
            await first.Container.KillAsync();
        }

        await using var second = await ServiceRun.StartAsync(core, places, mounts, Token);
        Assert.Equal(Outcome.Applied, Assert.Single(await second.Caller.ApplyAsync(group.Remove(ben))).Outcome);
        await core.Changed.UntilAsync(() => core.Book.Has("g1", 2, [anna]), Token);
        Assert.True(Opening.Opens(core, "g1", anna, [anna]));
        Assert.Equal(0, await second.Container.StopAsync(Token));
        Assert.Empty(core.Book.Complaints);
    }
}
