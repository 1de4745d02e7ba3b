using System.Net;
using EncryptionService.Compliance;
using EncryptionService.Provisioning.Connections;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Tests.Scim.Http;
using EncryptionService.Provisioning.Tests.Setting;

namespace EncryptionService.Provisioning.Tests.Telemetry;

/// <summary>What the real program says of itself: log lines, traces, metrics (docs/spec/operations.md, sections 3 and 4).</summary>
public sealed class ProcessTests
{
    private const string Canary = "canary";

    private static readonly string[] named = ["--Provisioning:RevisionName=revision-under-test", "--Provisioning:ReplicaName=replica-under-test"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_line_names_revision_and_replica_in_its_only_scope()
    {
        await using var core = await CoreFixture.CreateAsync();
        using var process = await CoreProcess.StartAsync(core, [.. named, "--Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Information"], new Dictionary<string, string>());
        using var http = new HttpClient { BaseAddress = process.Address };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative), Stop)).StatusCode);
        Assert.Equal(0, await process.TerminateAsync());

        var lines = LogLines.AssertNamed(process.Output, "revision-under-test", "replica-under-test");
        Assert.True(LogLines.OfRequests(lines) >= 2, "the framework wrote nothing about the request");
        Assert.Contains(lines, line => (int?)line["EventId"] == 1700);
        Assert.Equal("", process.Errors);
    }

    [Fact]
    public async Task No_filter_query_name_or_address_is_in_a_span_a_metric_or_a_line()
    {
        await using var collector = await Collector.StartAsync();
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync(service: true);
        var made = await core.Get<ConnectionBook>().CreateAsync("acme", ConnectionKind.EntraId, null, Actor.Command, Stop);
        using var process = await CoreProcess.StartAsync(core, named, collector.Environment);
        using var http = new HttpClient { BaseAddress = process.Address };
        var idp = new ScimClient(http, made!.Id, made.Token);
        var requests = await LiveAsync(http, idp);

        Assert.Equal(0, await process.TerminateAsync()); // what was still to be sent is sent

        // All of it was there to be found: each request left a span, with the route's pattern for its name.
        Assert.Equal(requests, collector.Count("/v1/traces", "http.response.status_code"));
        Assert.True(collector.Count("/v1/traces", "GET /scim/{**rest}") > 0, "no span of SCIM has arrived");
        Assert.True(collector.Count("/v1/traces", "replica-under-test") > 0 && collector.Count("/v1/traces", "revision-under-test") > 0);
        Assert.True(collector.Count("/v1/metrics", "http.server.request.duration") > 0);
        foreach (var secret in new[] { Canary, "userName", "displayName", "startIndex", "filter", "example.com", "%40", made.Token, made.Id, "Bearer", "/Users", "/Groups" })
        {
            Assert.Equal((secret, 0, 0), (secret, collector.Count("/v1/traces", secret), collector.Count("/v1/metrics", secret)));
        }

        foreach (var secret in new[] { Canary, "filter", "@", "%40", made.Token, "/scim/" })
        {
            Assert.DoesNotContain(secret, process.Output, StringComparison.Ordinal);
        }

        Assert.Equal("", process.Errors);
    }

    /// <summary>An IdP's day with a canary wherever it can put one: bodies, filters, queries, paths, headers, right and wrong.</summary>
    /// <returns>How many requests there were, but for those of probes.</returns>
    private static async Task<int> LiveAsync(HttpClient http, ScimClient idp)
    {
        http.DefaultRequestHeaders.UserAgent.ParseAdd("canary/1.0");
        http.DefaultRequestHeaders.Add("tracestate", "canary=1");
        http.DefaultRequestHeaders.Add("baggage", "canary=1");
        var user = await idp.UserAsync("canary-user@example.com", ""","displayName":"canary name","emails":[{"type":"work","value":"canary-mail@example.com","primary":true}]""");
        var group = await idp.GroupAsync("canary group", user);
        Assert.Equal(HttpStatusCode.OK, (await idp.FindUsersAsync("userName eq \"canary-user@example.com\"")).Status);
        Assert.Equal(HttpStatusCode.OK, (await idp.FindGroupsAsync("displayName eq \"canary group\"", "&startIndex=1&canary=1")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await idp.FindUsersAsync("canary zz \"canary-mail@example.com\"")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await idp.PostAsync("/Users", """{"canary":"canary-mail@example.com""")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await idp.PostAsync("/Users", $$"""{"schemas":["{{ScimClient.UserUrn}}"],"userName":"canary-user@example.com"}""")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await idp.GetAsync("/Users/canary-id")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await idp.GetAsync("/canary?filter=canary")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await idp.With("canary-token").GetAsync("/Users?filter=canary")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await idp.DeleteAsync($"/Groups/{group}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri("/canary?mail=canary-mail@example.com", UriKind.Relative), Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/join?canary=canary-mail@example.com", UriKind.Relative), Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/healthz/ready?canary", UriKind.Relative), Stop)).StatusCode);
        return 13;
    }
}
