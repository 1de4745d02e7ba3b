using System.Net;
using EncryptionService.Container.Tests.Setting;

namespace EncryptionService.Container.Tests;

/// <summary>The core's image, hardened like the service's, with SQLite on a volume.</summary>
public sealed class ProvisioningTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Skip = DockerEngine.Absent, SkipUnless = nameof(DockerEngine.IsPresent), SkipType = typeof(DockerEngine))]
    public async Task It_serves_its_verbs_work_beside_it_and_what_they_made_is_there_after_a_restart()
    {
        await using var volume = await Volume.CreateAsync(Token);
        var (port, _) = ServiceRun.FreePorts();
        var settings = new Dictionary<string, string>
        {
            ["Provisioning__Port"] = $"{port}",
            ["Provisioning__LoopbackOnly"] = "true",
            ["Provisioning__PublicUrl"] = $"http://localhost:{port}",
        };
        await ServeAsync(volume, settings, async () =>
        {
            var (code, _) = await VerbAsync(volume, settings, "org", "create", "acme", "--name", "Acme Ltd");
            Assert.Equal(0, code);
        });

        await ServeAsync(volume, settings, async () =>
        {
            var (code, output) = await VerbAsync(volume, settings, "org", "list", "--json");
            Assert.Equal(0, code);
            Assert.Contains("\"organization\":\"acme\"", output, StringComparison.Ordinal);
        });
    }

    private static async Task ServeAsync(Volume volume, Dictionary<string, string> settings, Func<Task> meanwhile)
    {
        await using var container = ContainerRun.Start(Images.Provisioning, settings, [volume.AtData]);
        await ReadyAsync(container, settings["Provisioning__PublicUrl"]);
        await meanwhile();
        Assert.Equal(0, await container.StopAsync(Token));
        Assert.Equal("", container.Errors);
    }

    /// <summary>Asks the probe until it says yes, as the platform does: the core's log does not say when it is ready.</summary>
    private static async Task ReadyAsync(ContainerRun container, string url)
    {
        using var http = new HttpClient();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(90));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        do
        {
            Assert.False(container.HasExited, container.Errors);
            await pause.WaitForNextTickAsync(patience.Token);
        }
        while (!await IsReadyAsync(http, url, patience.Token));
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, string url, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"{url}/healthz/ready"), cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false; // it does not listen yet
        }
    }

    private static async Task<(int Code, string Output)> VerbAsync(Volume volume, Dictionary<string, string> settings, params string[] words)
    {
        await using var container = ContainerRun.Start(Images.Provisioning, settings, [volume.AtData], words);
        var code = await container.ExitAsync(Token);
        return (code, string.Join('\n', container.Output));
    }
}
