using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EncryptionService.Provisioning.Tests.Admin;

/// <summary>A listening core with the organization acme, and administrators who sign in through its pages.</summary>
internal sealed class PanelWorld : IAsyncDisposable
{
    public const string Password = "four ordinary words and 1 more";

    /// <summary>Pages that the navigation and their links reach, of an organization with nothing in it.</summary>
    public static readonly IReadOnlyList<string> Pages =
    [
        "/admin", "/admin/integrations", "/admin/integrations/entra", "/admin/integrations/okta", "/admin/group-provisioning", "/admin/audit", "/admin/administrators",
        "/admin/account", "/admin/account/password", "/admin/account/app", "/admin/account/recovery-codes",
        "/admin/members", "/admin/groups", "/admin/approvals", "/admin/log", "/admin/log/parked",
    ];

    private PanelWorld(ListeningCore listening) => Listening = listening;

    public ListeningCore Listening { get; }

    public CoreFixture Core => Listening.Core;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<PanelWorld> CreateAsync(
        DatabaseProvider provider = DatabaseProvider.Sqlite, string[]? settings = null, Action<IServiceCollection>? replace = null)
    {
        var world = new PanelWorld(await ListeningCore.CreateAsync(provider, settings, replace));
        await world.Core.OrganizationAsync();
        return world;
    }

    /// <summary>A browser that has no session.</summary>
    public PanelBrowser Browse() => new(Listening.Http.BaseAddress!);

    /// <summary>An administrator's account, made without pages, with a recovery code to sign in with.</summary>
    public async Task<AdministratorDouble> AdministratorAsync(string organization = "acme", string email = "ada@example.com", string name = "Ada Lovelace")
    {
        var token = await Core.Get<OrganizationBook>().AdminTokenAsync(organization, Actor.Command, Stop);
        var book = Core.Get<AdministratorBook>();
        var secret = new byte[Totp.SecretLength];
        System.Security.Cryptography.RandomNumberGenerator.Fill(secret);
        var code = Totp.CodeOf(secret, Totp.StepOf(Core.Time.GetUtcNow()));
        var (verdict, codes, _) = await book.JoinAsync(
            (await book.FindLinkAsync(token!, Stop))!, new Joining(name, email, Password, secret, code), new Visitor("a test", "127.0.0.1"), Stop);
        Assert.Equal(JoinVerdict.Joined, verdict);
        var id = await Core.Store.ReadAsync(db => db.Administrators.Where(row => row.Email == email).Select(row => row.Id).SingleAsync(Stop), Stop);
        return new AdministratorDouble(this, id, email, secret, new Queue<string>(codes));
    }

    /// <summary>A browser of an administrator who has signed in.</summary>
    public async Task<PanelBrowser> SignInAsync(string organization = "acme", string email = "ada@example.com") =>
        await (await AdministratorAsync(organization, email)).SignInAsync();

    public ValueTask DisposeAsync() => Listening.DisposeAsync();
}

/// <summary>An administrator with an authenticator app.</summary>
internal sealed record AdministratorDouble(PanelWorld World, string Id, string Email, byte[] Secret, Queue<string> RecoveryCodes)
{
    /// <summary>The code that the app shows, so many steps from now.</summary>
    public string Code(int steps = 0) => Totp.CodeOf(Secret, Totp.StepOf(World.Core.Time.GetUtcNow()) + steps);

    /// <summary>Signs in with a recovery code, so that no time has to pass.</summary>
    public async Task<PanelBrowser> SignInAsync()
    {
        var browser = World.Browse();
        var page = await browser.SignInAsync(Email, PanelWorld.Password, RecoveryCodes.Dequeue());
        Assert.Equal((200, "/admin"), (page.Status, page.Path));
        return browser;
    }
}
