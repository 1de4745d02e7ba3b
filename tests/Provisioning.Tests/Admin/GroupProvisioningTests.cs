using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Admin.Setup;
using EncryptionService.Provisioning.Connections;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Admin;

/// <summary><em>Create configuration</em>, and the state of the service.</summary>
public sealed class GroupProvisioningTests
{
    private const string Page = "/admin/group-provisioning";
    private const string Image = "--Provisioning:ServiceImage=registry.example/eec@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_file_is_a_download_with_a_fresh_token(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider, [Image]);
        using var browser = await ConnectedAsync(world);

        var file = await browser.PostAsync(Page);

        Assert.Equal((200, "application/json"), (file.Status, file.Content.ContentType!.MediaType));
        Assert.Equal(("attachment", "eec-acme.json"), (file.Content.ContentDisposition!.DispositionType, file.Content.ContentDisposition.FileName));
        Assert.Equal("no-store", file.Headers.CacheControl!.ToString());
        var token = (string)JsonNode.Parse(file.Text)!["parameters"]!["enrolmentToken"]!["defaultValue"]!;
        var row = await world.Core.Store.ReadAsync(db => db.EnrolmentTokens.SingleAsync(PanelWorld.Stop), PanelWorld.Stop);
        Assert.Equal((OneTimeSecret.HashOf(token), "acme"), (row.Hash, row.OrganizationId));
        var line = await world.Core.Store.ReadAsync(db => db.Audit.SingleAsync(found => found.Action == "service.configured", PanelWorld.Stop), PanelWorld.Stop);
        Assert.StartsWith("administrator:", line.Actor, StringComparison.Ordinal);
        Assert.DoesNotContain(token, (await browser.GetAsync(Page)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_something_is_missing_it_is_said_and_no_token_is_made()
    {
        await using var world = await PanelWorld.CreateAsync();
        using var browser = await world.SignInAsync();

        var first = await browser.PostAsync(Page);
        Assert.Contains("User provisioning comes first", first.Words, StringComparison.Ordinal);
        await world.Core.Get<ConnectionBook>().CreateAsync("acme", ConnectionKind.Okta, null, Actor.Command, PanelWorld.Stop);
        var second = await browser.PostAsync(Page);

        Assert.Contains("Provisioning:ServiceImage", second.Words, StringComparison.Ordinal);
        Assert.Equal(0, await world.Core.Store.ReadAsync(db => db.EnrolmentTokens.CountAsync(PanelWorld.Stop), PanelWorld.Stop));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_state_goes_from_not_set_up_to_running(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider, [Image]);
        using var browser = await ConnectedAsync(world);
        Assert.Contains("Not set up", await StateAsync(browser), StringComparison.Ordinal);

        await browser.PostAsync(Page);
        Assert.Contains("Waiting for the service", await StateAsync(browser), StringComparison.Ordinal);
        Assert.Contains("is good until 4 Jun 2026, 12:00 UTC", await StateAsync(browser), StringComparison.Ordinal);

        var service = new ServiceDouble("acme", world.Core.Time);
        Assert.Equal(200, (await service.EnrolAsync(world.Listening, await EnrolledCore.EnrolmentTokenAsync(world.Core))).Status);
        var row = await world.Core.Store.ReadAsync(db => db.Services.SingleAsync(PanelWorld.Stop), PanelWorld.Stop);
        var enrolled = await StateAsync(browser);
        Assert.All(["Enrolled", row.Identity, row.OrganizationKey, $"eec1-{row.OrganizationKey}", row.RevisionName, row.Version, "from the log"], word => Assert.Contains(word, enrolled, StringComparison.Ordinal));

        var group = await world.Core.Get<GroupDirectory>().CreateAsync("acme", "Sales", null, [], Actor.System, PanelWorld.Stop);
        await world.Core.Store.WriteAsync(db => db.Chains.Where(chain => chain.GroupId == group.Value!.Id).ExecuteUpdateAsync(set => set.SetProperty(chain => chain.Acknowledged, 1), PanelWorld.Stop), PanelWorld.Stop);
        Assert.Contains("Provisioned and running", await StateAsync(browser), StringComparison.Ordinal);

        await world.Core.Store.WriteAsync(db => db.Chains.ExecuteUpdateAsync(set => set.SetProperty(chain => chain.Frozen, true), PanelWorld.Stop), PanelWorld.Stop);
        Assert.Contains("1 group is frozen", await StateAsync(browser), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_nobody_deployed_in_time_has_run_out()
    {
        await using var world = await PanelWorld.CreateAsync(settings: [Image]);
        using var browser = await ConnectedAsync(world);
        await browser.PostAsync(Page);
        world.Core.Time.Pass(TimeSpan.FromHours(72));

        var state = await world.Core.Get<ServiceStateQuery>().ReadAsync("acme", PanelWorld.Stop);

        Assert.Equal((ServiceStage.RanOut, false), (state.Stage, state.TokenIsGood));
    }

    [Theory]
    [InlineData("Unavailable: connection refused", "Not reachable", "Revisions")]
    [InlineData("DeadlineExceeded: no answer", "too slowly", "containerCpu")]
    [InlineData("Unauthenticated: no", "refuses this core", "Create the configuration again")]
    [InlineData("Internal: <script>alert(1)</script>", "Something is wrong in the service", "Log stream")]
    [InlineData("ResourceExhausted: later", "does not take changes", "Revisions")]
    public async Task What_is_wrong_comes_with_what_to_do(string problem, string title, string step)
    {
        await using var world = await PanelWorld.CreateAsync();
        await world.Core.OrganizationAsync("other", service: true);
        await world.Core.Store.WriteAsync(db => db.Services.ExecuteUpdateAsync(set => set.SetProperty(row => row.Problem, problem).SetProperty(row => row.Failures, 3), PanelWorld.Stop), PanelWorld.Stop);
        using var browser = await world.SignInAsync("other");

        var page = await browser.GetAsync(Page);

        Assert.Contains(title, page.Words, StringComparison.Ordinal);
        Assert.Contains(step, page.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page.Text, StringComparison.Ordinal);
    }

    private static async Task<string> StateAsync(PanelBrowser browser) => (await browser.GetAsync($"{Page}?fragment=state")).Words;

    private static async Task<PanelBrowser> ConnectedAsync(PanelWorld world)
    {
        await world.Core.Get<ConnectionBook>().CreateAsync("acme", ConnectionKind.EntraId, null, Actor.Command, PanelWorld.Stop);
        return await world.SignInAsync();
    }
}
