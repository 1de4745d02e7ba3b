using System.Net;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace EncryptionService.Provisioning.Tests.Commands;

public sealed class HealthTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_root_page_and_the_probes_answer_while_the_database_does()
    {
        await using var core = await CoreFixture.CreateAsync();
        await using var host = await ServeAsync(core);
        using var http = new HttpClient { BaseAddress = new Uri(host.Urls.Single()) };

        var page = await http.GetAsync(new Uri("/", UriKind.Relative), Stop);

        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Contains("Encryption Service", await page.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.False(page.Headers.Contains("Server"));
        AssertOk(await AskAsync(http, "/healthz/live"));
        AssertOk(await AskAsync(http, "/healthz/ready"));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri("/nothing", UriKind.Relative), Stop)).StatusCode);
    }

    [Fact]
    public async Task A_core_without_its_tables_is_alive_and_not_ready()
    {
        await using var core = await CoreFixture.CreateAsync();
        await using var host = await ServeAsync(core, $"--Database:Path={core.Folder.Of("empty.db")}");
        using var http = new HttpClient { BaseAddress = new Uri(host.Urls.Single()) };

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(http, "/healthz/live")).Code);
        var (status, body) = await AskAsync(http, "/healthz/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith("""{"status":"unavailable","reason":"the database has an older schema",""", body, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> ServeAsync(CoreFixture core, params string[] settings)
    {
        var host = ProvisioningHost.Build([.. core.Settings, "--Dispatch:Workers=0", .. settings], services => services.AddSingleton<TimeProvider>(core.Time));
        await host.StartAsync(Stop);
        return host;
    }

    private static async Task<(HttpStatusCode Code, string Body)> AskAsync(HttpClient http, string path)
    {
        var answer = await http.GetAsync(new Uri(path, UriKind.Relative), Stop);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    private static void AssertOk((HttpStatusCode Status, string Body) answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Matches("^\\{\"status\":\"ok\",\"version\":\"[0-9.]+\",\"revision\":\"[^\"]+\",\"replica\":\"[^\"]+\"\\}$", answer.Body);
    }
}
