using System.Globalization;
using System.Net;
using System.Text.Json;
using EncryptionService.Container.Tests.Setting;
using EncryptionService.Contracts.Membership;
using EncryptionService.EndToEnd.Setting;

namespace EncryptionService.Container.Tests;

/// <summary>The service at its smallest size, with everything taken away that an engine can take away.</summary>
public sealed class HardenedTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Skip = DockerEngine.Absent, SkipUnless = nameof(DockerEngine.IsPresent), SkipType = typeof(DockerEngine))]
    public async Task It_does_the_main_job_and_goes_on_after_a_restart()
    {
        await using var core = await FakeCore.StartAsync(Token);
        await using var volume = await Volume.CreateAsync(Token);
        using Person anna = new("anna"), ben = new("ben"), cleo = new("cleo");
        var group = new GroupScript("g1");
        await using (var service = await ServiceRun.StartAsync(core, volume, Token))
        {
            var receipts = await service.Caller.ApplyAsync(group.Create(), group.Add(anna, ben));
            Assert.All(receipts, receipt => Assert.Equal(Outcome.Applied, receipt.Outcome));
            await core.Changed.UntilAsync(() => core.Book.Has("g1", 1, [anna, ben]), Token);
            Assert.True(Opening.Opens(core, "g1", anna, [anna, ben]));
            Assert.Equal(0, await service.Container.StopAsync(Token));
            Assert.Equal("", service.Container.Errors);
        }

        await using (var service = await ServiceRun.StartAsync(core, volume, Token))
        {
            Assert.Equal(Outcome.Applied, Assert.Single(await service.Caller.ApplyAsync(group.Add(cleo))).Outcome);
            Assert.Equal(Outcome.Applied, Assert.Single(await service.Caller.ApplyAsync(group.Remove(ben))).Outcome);
            await core.Changed.UntilAsync(() => core.Book.Has("g1", 3, [anna, cleo]), Token);
            Assert.True(Opening.Opens(core, "g1", cleo, [anna, cleo]));
            Assert.False(Opening.Opens(core, "g1", ben, [anna, cleo]));
            Assert.Equal(0, await service.Container.StopAsync(Token));
        }

        Assert.Empty(core.Book.Complaints);
    }

    [Fact(Skip = DockerEngine.Absent, SkipUnless = nameof(DockerEngine.IsPresent), SkipType = typeof(DockerEngine))]
    public async Task Its_probes_answer_on_their_own_port_and_its_log_is_JSON_without_a_warning()
    {
        await using var core = await FakeCore.StartAsync(Token);
        await using var volume = await Volume.CreateAsync(Token);
        await using var service = await ServiceRun.StartAsync(core, volume, Token);
        foreach (var probe in (string[])["startup", "live", "ready"])
        {
            var (status, body) = await service.ProbeAsync(probe, Token);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.StartsWith("""{"status":"ok",""", body, StringComparison.Ordinal);
        }

        // HTTP/1.1 has no business at the door of gRPC.
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(service.Address, "/healthz/live"), Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, await service.Container.StopAsync(Token));
        Assert.All(service.Container.Output, line =>
        {
            using var entry = JsonDocument.Parse(line);
            var level = entry.RootElement.GetProperty("LogLevel").GetString();
            // New local keys are warned of: whoever reads their folder reads everything.
            Assert.True(level == "Information" || (level == "Warning" && line.Contains("EncryptionService.Service.Keys", StringComparison.Ordinal)), line);
        });
    }

    [Fact(Skip = DockerEngine.Absent, SkipUnless = nameof(DockerEngine.IsPresent), SkipType = typeof(DockerEngine))]
    public async Task It_has_no_rights_no_diagnostics_port_and_has_written_nothing_outside_its_volume()
    {
        await using var core = await FakeCore.StartAsync(Token);
        await using var volume = await Volume.CreateAsync(Token);
        await using var service = await ServiceRun.StartAsync(core, volume, Token);
        var id = int.Parse(await DockerEngine.RunAsync(Token, "inspect", "--format", "{{.State.Pid}}", service.Container.Name), CultureInfo.InvariantCulture);
        var status = (await File.ReadAllLinesAsync($"/proc/{id}/status", Token)).Select(line => line.Split('\t')).ToDictionary(line => line[0], line => line[1]);

        Assert.Equal("1654", status["Uid:"]);
        Assert.Equal("0000000000000000", status["CapEff:"]);
        Assert.Equal("0000000000000000", status["CapBnd:"]);
        Assert.Equal("1", status["NoNewPrivs:"]);
        Assert.Equal("2", status["Seccomp:"]);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine("/proc", $"{id}", "root", "tmp")));
        Assert.Equal("", await DockerEngine.RunAsync(Token, "diff", service.Container.Name));
    }

    [Fact(Skip = DockerEngine.Absent, SkipUnless = nameof(DockerEngine.IsPresent), SkipType = typeof(DockerEngine))]
    public async Task A_wrong_setting_ends_it_with_a_code_and_a_line_that_says_what_to_do()
    {
        var settings = new Dictionary<string, string> { ["Service__OrganizationId"] = "o1", ["Ledger__Path"] = "/data/ledger", ["Core__Id"] = "c" };
        await using var container = ContainerRun.Start(Images.Service, settings, []);

        Assert.Equal(2, await container.ExitAsync(Token));
        Assert.Contains("Keys:VaultUrl is missing", container.Errors, StringComparison.Ordinal);
    }
}
