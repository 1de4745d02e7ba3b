using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.MemberApi;
using EncryptionService.Provisioning.Tests.Directory;
using EncryptionService.Provisioning.Tests.Setting;
using EncryptionService.Provisioning.Views;

namespace EncryptionService.Provisioning.Tests.Views;

/// <summary>Members as people see them (docs/spec/journal.md, section 6).</summary>
public sealed class MemberListTests
{
    private const string Organization = DirectoryWorld.Organization;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Each_member_is_in_one_state_and_the_counts_say_so(DatabaseProvider provider)
    {
        await using var world = await SeedAsync(provider);
        var list = world.Core.Get<MemberList>();

        var all = await list.ReadAsync(Organization, new MemberFilter(), 0, 100, Stop);
        var counts = await list.CountAsync(Organization, Stop);

        Assert.Equal(
            [("Active", MemberState.Active), ("Forbidden", MemberState.Forbidden), ("Keyless", MemberState.NoKey), ("Pending", MemberState.Pending), ("Suspended", MemberState.Suspended)],
            all.Members.Select(member => (member.Name, member.State)));
        Assert.Equal((5, 5, 1), (all.Total, counts.All, counts.Waiting));
        foreach (var state in Enum.GetValues<MemberState>())
        {
            var page = await list.ReadAsync(Organization, new MemberFilter(state), 0, 100, Stop);
            Assert.Equal((state, 1, 1), (page.Members.Single().State, page.Total, counts.Of(state)));
        }

        var suspended = all.Members.Single(member => member.State == MemberState.Suspended);
        Assert.Equal(world.Core.Time.GetUtcNow().AddDays(30), suspended.DeletionAt);
        Assert.Equal("Active", (await list.ReadAsync(Organization, new MemberFilter(Waiting: true), 0, 100, Stop)).Members.Single().Name);
        Assert.Equal(0, (await list.CountAsync("other", Stop)).All);
        Assert.Empty((await list.ReadAsync("other", new MemberFilter(), 0, 100, Stop)).Members);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Every_word_is_searched_in_name_address_and_user_name(DatabaseProvider provider)
    {
        await using var world = await DirectoryWorld.CreateAsync(provider);
        var profile = """{"name":{"givenName":"Åsa","familyName":"O'Neil"},"emails":[{"value":"asa@mail.example"}]}""";
        await world.Members.CreateAsync(Organization, new MemberDraft("u_1%", null, null, true, profile), DirectoryWorld.Idp, Stop);
        await world.Members.CreateAsync(Organization, DirectoryWorld.Draft("other"), DirectoryWorld.Idp, Stop);
        var list = world.Core.Get<MemberList>();

        foreach (var text in new[] { "åsa", "NEIL", "asa@mail", "u_1", "1%", "neil åsa", " o'neil ,mail", "_" })
        {
            Assert.Equal("Åsa O'Neil", (await list.ReadAsync(Organization, new MemberFilter(Text: text), 0, 10, Stop)).Members.Single().Name);
        }

        Assert.Empty((await list.ReadAsync(Organization, new MemberFilter(Text: "åsa other"), 0, 10, Stop)).Members);
        Assert.Equal(2, (await list.ReadAsync(Organization, new MemberFilter(Text: "  "), 0, 10, Stop)).Total);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_member_is_shown_with_groups_keys_and_invitation(DatabaseProvider provider)
    {
        await using var world = await DirectoryWorld.CreateAsync(provider);
        var ada = await world.MemberAsync("ada");
        await world.GroupAsync("Engines", ada);
        var view = world.Core.Get<MemberView>();

        var shown = await view.ReadAsync(Organization, ada, Stop);

        Assert.Equal(("ada", MemberState.Active, "HPKE-4", "h1", "s1"), (shown!.Name, shown.State, shown.Keys!.Alg, shown.Keys.Hpke, shown.Keys.Signing));
        Assert.Equal(("Engines", EnvelopeState.Coming), shown.Groups.Select(group => (group.Name, group.Envelope)).Single());
        Assert.NotNull(shown.Invitation);
        Assert.Null(await view.ReadAsync("other", ada, Stop));
        Assert.Null(await view.ReadAsync(Organization, "nobody", Stop));
    }

    private static async Task<DirectoryWorld> SeedAsync(DatabaseProvider provider)
    {
        var world = await DirectoryWorld.CreateAsync(provider);
        var active = await world.MemberAsync("Active");
        await world.MemberAsync("Pending", withKeys: false);
        await world.SetActiveAsync(await world.MemberAsync("Suspended"), active: false);
        await world.SetActiveAsync(await world.MemberAsync("Forbidden", withKeys: false), active: false);
        var keyless = await world.MemberAsync("Keyless", withKeys: false);
        var group = await world.GroupAsync("Engines", active);
        await world.Core.Store.WriteAsync(
            async db =>
            {
                (await db.Members.FindAsync([keyless], Stop))!.AcceptedAt = world.Core.Time.GetUtcNow();
                db.Refusals.Add(new RefusalRow { GroupId = group, MemberId = active, OrganizationId = Organization, Reason = OperatorDocuments.Pending, At = world.Core.Time.GetUtcNow() });
            },
            Stop);
        return world;
    }
}
