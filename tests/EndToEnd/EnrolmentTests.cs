using System.Net;
using EncryptionService.EndToEnd.Setting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EncryptionService.EndToEnd;

/// <summary>Enrolment against a core in all its moods (docs/spec/core.md, section 2).</summary>
public sealed class EnrolmentTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_service_enrols_until_the_core_takes_it_and_says_what_keeps_it_from_that()
    {
        var answers = new Queue<Answer>([Answer.Of(500), Answer.Of(403), new Answer(Mood.Stranger), new Answer(Mood.HangsUp), new Answer(Mood.Redirects), new Answer(Mood.Talkative)]);
        await using var core = await FakeCore.StartAsync(Token);
        core.OnEnrolment = _ => answers.TryDequeue(out var answer) ? answer : Answer.Good;
        await using var service = await RunningService.StartAsync(
            core, settings => settings["Posting:MaxAttempts"] = "1", services => services.AddSingleton<TimeProvider>(new LeapingTime(TimeSpan.FromSeconds(30))));

        Assert.Equal(7, core.Requests.Count);
        var refused = Assert.Single(service.Log.Lines, line => line.Event == 511);
        Assert.Equal(LogLevel.Error, refused.Level);
        Assert.Contains("deploy it over this one with the same parameters as before", refused.Text, StringComparison.Ordinal);
        Assert.Contains("restore it first", refused.Text, StringComparison.Ordinal);
        var stranger = Assert.Single(service.Log.Lines, line => line.Event == 513);
        Assert.Contains("Check Core:Url and Core:Id", stranger.Text, StringComparison.Ordinal);
        var enrolment = Assert.Single(core.Book.Enrolments);
        Assert.Equal("token-1", enrolment.Token);
        Assert.Equal(new Uri(enrolment.Address).Port, service.Address.Port);
        Assert.DoesNotContain(core.Requests, request => request.Path == "/elsewhere");
    }

    [Fact]
    public async Task A_service_that_is_not_enrolled_is_ready_all_the_same()
    {
        await using var core = await FakeCore.StartAsync(Token);
        core.OnEnrolment = _ => new Answer(Mood.Silent);
        await using var service = await RunningService.StartAsync(core, enrolled: false);
        await core.Changed.UntilAsync(() => core.Requests.Count == 1, Token);
        foreach (var probe in (string[])["startup", "live", "ready"])
        {
            Assert.Equal(HttpStatusCode.OK, (await service.ProbeAsync(probe)).Status);
        }
    }

    [Fact]
    public async Task The_token_is_sent_until_the_enrolment_is_in_the_ledger_and_never_again()
    {
        using var folder = new ServiceFolder();
        await using var core = await FakeCore.StartAsync(Token);
        await using (await RunningService.StartAsync(core, folder: folder))
        {
        }

        await using (await RunningService.StartAsync(core, folder: folder))
        {
        }

        await using (await RunningService.StartAsync(core, settings => settings.Remove("Service:EnrolmentToken"), folder: folder))
        {
        }

        Assert.Equal(["token-1", null, null], core.Book.Enrolments.Select(enrolment => enrolment.Token));
        Assert.Single(core.Book.Enrolments.Select(enrolment => enrolment.CallKey.Thumbprint).Distinct());
        Assert.Empty(core.Book.Complaints);
    }
}
