using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Journal;

namespace EncryptionService.Provisioning.Tests.Admin;

/// <summary>The panel of acme with people in it, and another organization beside it.</summary>
internal sealed class PeopleWorld : IAsyncDisposable
{
    private const string Hostile = "<script>alert(1)</script>";

    private PeopleWorld(PanelWorld panel, PanelBrowser browser) => (Panel, Browser) = (panel, browser);

    public PanelWorld Panel { get; }

    public PanelBrowser Browser { get; }

    /// <summary>Active members of acme by the beginning of their names.</summary>
    public Dictionary<string, string> Members { get; } = [];

    public string Group { get; private set; } = "";

    /// <summary>The other organization's.</summary>
    public string OtherMember { get; private set; } = "";

    public string OtherGroup { get; private set; } = "";

    public static async Task<PeopleWorld> CreateAsync(DatabaseProvider provider = DatabaseProvider.Sqlite)
    {
        var panel = await PanelWorld.CreateAsync(provider);
        await panel.Core.OrganizationAsync("other", service: true);
        var world = new PeopleWorld(panel, await panel.SignInAsync());
        await world.Panel.Core.Store.WriteAsync(
            async db =>
            {
                var now = panel.Core.Time.GetUtcNow();
                db.Services.Add(new ServiceRow
                {
                    OrganizationId = "acme",
                    Identity = new string('i', 43),
                    OrganizationKey = new string('o', 43),
                    Generation = 1,
                    CallKey = "{}",
                    Address = "http://localhost:1",
                    Version = "0.1.0",
                    RevisionName = "local",
                    EnrolledAt = now,
                    LastContactAt = now,
                });
                await Task.CompletedTask;
            },
            PanelWorld.Stop);
        foreach (var (name, active) in new[] { ("Ada Lovelace", true), ("Ben O'Neil", true), (Hostile, true), ("Sus Pended", false) })
        {
            world.Members[name.Split(' ')[0]] = await world.MemberAsync("acme", name, active);
        }

        world.Group = await world.GroupAsync("acme", $"Finance {Hostile}", [.. world.Members.Values]);
        world.OtherMember = await world.MemberAsync("other", "Foreign Member", active: false);
        world.OtherGroup = await world.GroupAsync("other", "Foreign Group", world.OtherMember);
        await world.CallsAsync();
        return world;
    }

    /// <summary>Parks the first event of acme's group.</summary>
    public Task ParkAsync() => Panel.Core.Store.WriteAsync(
        db =>
        {
            var row = db.Events.Single(row => row.GroupId == Group && row.Sequence == 1);
            (row.State, row.Outcome, row.CompletedAt) = (EventState.Parked, "REJECTED GROUP_EXISTS", Panel.Core.Time.GetUtcNow());
            return Task.CompletedTask;
        },
        PanelWorld.Stop);

    public Task<T> ReadAsync<T>(Func<CoreDb, Task<T>> read) => Panel.Core.Store.ReadAsync(read, PanelWorld.Stop);

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await Panel.DisposeAsync();
    }

    private async Task<string> MemberAsync(string organization, string name, bool active)
    {
        var made = await Panel.Core.Get<MemberDirectory>().CreateAsync(
            organization, new MemberDraft($"{name.Replace(" ", ".", StringComparison.Ordinal)}@{organization}.example", null, name, active, "{}"), Actor.Connection("idp"), PanelWorld.Stop);
        return made.Value!.Id;
    }

    private async Task<string> GroupAsync(string organization, string name, params string[] members) =>
        (await Panel.Core.Get<GroupDirectory>().CreateAsync(organization, name, null, members, Actor.Connection("idp"), PanelWorld.Stop)).Value!.Id;

    private async Task CallsAsync()
    {
        var (book, now) = (Panel.Core.Get<CallBook>(), Panel.Core.Time.GetUtcNow());
        Add("acme", 200, null, $"Ada {Hostile}");
        Add("acme", 409, "uniqueness", "=cmd|'/c calc'!A1");
        Add("other", 200, null, "Foreign Member");
        await book.FlushAsync(now, PanelWorld.Stop);

        void Add(string organization, int status, string? type, string name) => book.Add(new AnsweredCall(
            organization, "idp", now, "PATCH", CallKind.User, status, type, type is null ? null : "Another user has that userName.", TimeSpan.FromMilliseconds(3), new CallNote { Name = name, Change = "changed: title" }));
    }
}
