using EncryptionService.EndToEnd.Setting;

namespace EncryptionService.EndToEnd;

/// <summary>The core's certificate runs out, or is another than it must be: a real TLS server, the service as a process that trusts one authority.</summary>
public sealed class CoreCertificateTests
{
    private const int Ready = 1;
    private const int Enrolled = 510;
    private const int Unreached = 520;
    private const int Reached = 521;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_cores_certificate_is_expired_posts_wait_and_after_its_renewal_all_arrive()
    {
        using var folder = new ServiceFolder();
        using var authority = new CertificateAuthority(folder.Root);
        var now = TimeProvider.System.GetUtcNow();
        using var good = authority.Issue("localhost", now.AddDays(-1), now.AddDays(1));
        var expired = now.AddMinutes(-90);
        using var bad = authority.Issue("localhost", now.AddDays(-30), expired);
        var shown = good;
        await using var core = await FakeCore.StartAsync(Token, certificate: () => shown);
        using var service = Start(core, folder, authority, out var address);
        await service.Changed.UntilAsync(() => service.Count(Enrolled) > 0 || service.HasExited, Token);
        using var caller = CoreCaller.Of(core, address);
        using var alice = new Person("alice");
        var groups = Enumerable.Range(0, 5).Select(number => new GroupScript($"g{number}")).ToList();

        shown = bad;
        core.OnPost = _ => new Answer(Mood.HangsUp); // the connection from before ends; a new one has to be made
        foreach (var group in groups)
        {
            await caller.ApplyAsync(group.Create(), group.Add(alice));
        }

        await service.Changed.UntilAsync(() => service.Output.Contains("expired on", StringComparison.Ordinal) || service.HasExited, Token);
        var line = service.Output.Split('\n').Single(text => text.Contains("expired on", StringComparison.Ordinal));
        Assert.Contains($"\"EventId\":{Unreached},\"LogLevel\":\"Warning\"", line, StringComparison.Ordinal);
        Assert.Contains("the certificate of localhost (CN=localhost) expired on " + expired.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture), line, StringComparison.Ordinal);
        Assert.Contains("whoever runs the core has to renew it", line, StringComparison.Ordinal);
        Assert.Contains("nothing is lost", line, StringComparison.Ordinal);
        Assert.False(core.Book.Has("g0", 1, [alice]));

        core.OnPost = _ => Answer.Good;
        shown = good;
        foreach (var group in groups)
        {
            await core.Changed.UntilAsync(() => core.Book.Has(group.Id, 1, [alice]), Token);
            Assert.True(Opening.Opens(core, group.Id, alice, [alice]));
        }

        await service.Changed.UntilAsync(() => service.Count(Reached) > 0 || service.HasExited, Token);
        Assert.Empty(core.Book.Complaints);
        Assert.All(groups, group => Assert.Single(core.Book.Read(group.Id, held => held.Envelopes))); // no reseal was needed
        service.Terminate();
        Assert.Equal(0, await service.ExitAsync(Token));
    }

    [Theory]
    [InlineData("too early", "is valid only from ")]
    [InlineData("another host", "is not made out to localhost; check Core:Url")]
    [InlineData("another authority", "issued by CN=Test authority 2, which this machine does not trust")]
    [InlineData("expired authority", "the certificate of the authority CN=Test authority, which vouches for localhost, expired on ")]
    public async Task A_certificate_that_is_wrong_from_the_start_is_explained_and_the_service_is_ready_all_the_same(string wrong, string words)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var folder = new ServiceFolder();
        using var authority = wrong == "expired authority" ? new CertificateAuthority(folder.Root, until: now.AddMinutes(-90)) : new CertificateAuthority(folder.Root);
        using var foreign = new CertificateAuthority(Path.Combine(folder.Root, "foreign"), "Test authority 2");
        using var certificate = wrong switch
        {
            "too early" => authority.Issue("localhost", now.AddHours(2), now.AddDays(1)),
            "another host" => authority.Issue("core.example", now.AddDays(-1), now.AddDays(1)),
            "another authority" => foreign.Issue("localhost", now.AddDays(-1), now.AddDays(1)),
            _ => authority.Issue("localhost", now.AddDays(-2), now.AddDays(1)),
        };
        await using var core = await FakeCore.StartAsync(Token, certificate: () => certificate);

        using var service = Start(core, folder, authority, out _);
        await service.Changed.UntilAsync(() => service.Count(Unreached) > 0 || service.HasExited, Token);

        Assert.Contains(words, service.Output, StringComparison.Ordinal);
        Assert.Equal(1, service.Count(Ready));
        Assert.Empty(core.Requests);
    }

    private static ServiceProcess Start(FakeCore core, ServiceFolder folder, CertificateAuthority authority, out Uri address)
    {
        var settings = folder.Settings(core);
        var ports = ServiceProcess.FreePorts(2);
        settings["Service:GrpcPort"] = $"{ports[0]}";
        settings["Service:ProbePort"] = $"{ports[1]}";
        settings["Posting:MaxAttempts"] = "100";
        settings["Posting:BaseDelayMilliseconds"] = "20";
        settings["Posting:MaxDelayMilliseconds"] = "200";
        settings["Posting:BreakMilliseconds"] = "500";
        address = new Uri($"http://127.0.0.1:{ports[0]}");
        return ServiceProcess.Start(settings, environment: new Dictionary<string, string> { ["SSL_CERT_FILE"] = authority.File });
    }
}
