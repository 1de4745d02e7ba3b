using EncryptionService.Compliance;
using EncryptionService.EndToEnd.Setting;

namespace EncryptionService.EndToEnd;

/// <summary>What the real program writes where its output goes somewhere (docs/spec/operations.md, section 3).</summary>
public sealed class LogLineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_line_names_revision_and_replica_in_its_only_scope()
    {
        using var folder = new ServiceFolder();
        await using var core = await FakeCore.StartAsync(Token);
        var settings = folder.Settings(core);
        var ports = ServiceProcess.FreePorts(2);
        settings["Service:GrpcPort"] = $"{ports[0]}";
        settings["Service:ProbePort"] = $"{ports[1]}";
        settings["Service:RevisionName"] = "revision-under-test";
        settings["Service:ReplicaName"] = "replica-under-test";
        settings["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Information";
        using var process = ServiceProcess.Start(settings);
        await process.Changed.UntilAsync(() => process.Count(510) > 0 || process.HasExited, Token);
        using var caller = CoreCaller.Of(core, new Uri($"http://127.0.0.1:{ports[0]}"));
        await caller.ApplyAsync(new GroupScript("g1").Create());
        process.Terminate();
        Assert.Equal(0, await process.ExitAsync(Token));
        process.WaitForEnd();

        var lines = LogLines.AssertNamed(process.Output, "revision-under-test", "replica-under-test");
        Assert.True(LogLines.OfRequests(lines) >= 2, "the framework wrote nothing about the request");
        Assert.Contains(lines, line => (int?)line["EventId"] == 510);
    }
}
