using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Admin;

/// <summary>E-mail address, password, code; locks.</summary>
public sealed class SignInTests
{
    private static readonly Visitor visitor = new("a test", "127.0.0.1");

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Address_password_and_code_open_a_session(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        var ada = await world.AdministratorAsync();
        world.Core.Time.Pass(TimeSpan.FromSeconds(30));
        using var browser = world.Browse();

        var page = await browser.SignInAsync(" ADA@example.com ", PanelWorld.Password, ada.Code());

        Assert.Equal((200, "/admin"), (page.Status, page.Path));
        Assert.Contains("Ada Lovelace", page.Words, StringComparison.Ordinal);
        Assert.Contains("administrator.signed-in", await ActionsAsync(world), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Whatever_is_wrong_the_answer_is_the_same()
    {
        await using var world = await PanelWorld.CreateAsync();
        var ada = await world.AdministratorAsync();
        world.Core.Time.Pass(TimeSpan.FromMinutes(1));
        using var browser = world.Browse();

        var wrongPassword = await browser.SignInAsync(ada.Email, "something else altogether", ada.Code());
        var wrongCode = await browser.SignInAsync(ada.Email, PanelWorld.Password, ada.Code(5));
        var nobody = await browser.SignInAsync("bob@example.com", PanelWorld.Password, ada.Code());

        Assert.Equal([401, 401, 401], [wrongPassword.Status, wrongCode.Status, nobody.Status]);
        Assert.Single(new[] { wrongPassword, wrongCode, nobody }.Select(page => page.Words).Distinct());
        Assert.Null(browser.Session);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_code_is_good_once(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        var ada = await world.AdministratorAsync();
        using var browser = world.Browse();

        // The code of the enrolment was used by it.
        Assert.Equal(401, (await browser.SignInAsync(ada.Email, PanelWorld.Password, ada.Code())).Status);
        world.Core.Time.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(200, (await browser.SignInAsync(ada.Email, PanelWorld.Password, ada.Code())).Status);
        using var other = world.Browse();
        Assert.Equal(401, (await other.SignInAsync(ada.Email, PanelWorld.Password, ada.Code())).Status);
        Assert.Equal(401, (await other.SignInAsync(ada.Email, PanelWorld.Password, ada.Code(-1))).Status);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_recovery_code_is_good_once_however_it_is_typed(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        var ada = await world.AdministratorAsync();
        var code = ada.RecoveryCodes.Dequeue();
        using var browser = world.Browse();
        using var other = world.Browse();

        var first = await browser.SignInAsync(ada.Email, PanelWorld.Password, $" {code.Replace("-", " ", StringComparison.Ordinal).ToUpperInvariant()} ");
        var second = await other.SignInAsync(ada.Email, PanelWorld.Password, code);

        Assert.Equal((200, 401), (first.Status, second.Status));
        Assert.Contains("9 codes left", (await browser.GetAsync("/admin/account")).Words, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_fifth_failure_locks_and_each_further_one_twice_as_long(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        var ada = await world.AdministratorAsync();
        var desk = world.Core.Get<SignInDesk>();
        for (var i = 0; i < 4; i++)
        {
            await FailAsync(desk, ada);
        }

        Assert.Null(await LockAsync(world));
        foreach (var minutes in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            await FailAsync(desk, ada);
            Assert.Equal(world.Core.Time.GetUtcNow().AddMinutes(minutes), await LockAsync(world));
            // While it is locked nothing is good, and nothing counts.
            Assert.Equal(SignInVerdict.Refused, await SignInAsync(desk, ada, ada.Code(1)));
            world.Core.Time.Pass(TimeSpan.FromMinutes(minutes));
        }

        Assert.Equal(SignInVerdict.SignedIn, await SignInAsync(desk, ada, ada.Code()));
        await FailAsync(desk, ada);
        Assert.Null(await LockAsync(world));
        Assert.Equal(8, (await ActionsAsync(world)).Count(action => action == "administrator.locked"));
    }

    [Fact]
    public async Task Failures_are_forgotten_after_a_quarter_of_an_hour()
    {
        await using var world = await PanelWorld.CreateAsync();
        var ada = await world.AdministratorAsync();
        var desk = world.Core.Get<SignInDesk>();
        for (var i = 0; i < 12; i++)
        {
            await FailAsync(desk, ada);
            world.Core.Time.Pass(i % 4 == 3 ? LockOut.Forgets + TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(1));
        }

        Assert.Null(await LockAsync(world));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_guesses_at_the_same_time_no_more_count_than_of_guesses_in_turn(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        var ada = await world.AdministratorAsync();
        world.Core.Time.Pass(TimeSpan.FromMinutes(1));
        var desk = world.Core.Get<SignInDesk>();

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => SignInAsync(desk, ada, "000000", "wrong from the start")));

        Assert.All(verdicts, verdict => Assert.Equal(SignInVerdict.Refused, verdict));
        var row = await world.Core.Store.ReadAsync(db => db.Administrators.SingleAsync(PanelWorld.Stop), PanelWorld.Stop);
        Assert.Equal((LockOut.FreeFailures, world.Core.Time.GetUtcNow().AddMinutes(1)), (row.Failures, row.LockedUntil));
    }

    [Fact]
    public async Task A_hash_with_older_parameters_is_made_anew()
    {
        await using var world = await PanelWorld.CreateAsync();
        var ada = await world.AdministratorAsync();
        var salt = new byte[16];
        var hash = Scrypt.Derive(System.Text.Encoding.UTF8.GetBytes(PanelWorld.Password), salt, 1 << 12, 8, 1, 32);
        var old = new PasswordHash(12, 8, 1, salt, hash).ToString();
        await world.Core.Store.WriteAsync(db => db.Administrators.ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, old), PanelWorld.Stop), PanelWorld.Stop);
        var desk = world.Core.Get<SignInDesk>();

        await FailAsync(desk, ada);
        Assert.Equal(old, await HashAsync(world));
        Assert.Equal(SignInVerdict.SignedIn, await SignInAsync(desk, ada, ada.RecoveryCodes.Dequeue()));

        Assert.StartsWith("$scrypt$ln=16,r=8,p=2$", await HashAsync(world), StringComparison.Ordinal);
        Assert.Equal(SignInVerdict.SignedIn, await SignInAsync(desk, ada, ada.RecoveryCodes.Dequeue()));
    }

    [Fact]
    public async Task One_address_has_a_bounded_number_of_attempts_in_a_minute()
    {
        await using var world = await PanelWorld.CreateAsync();
        using var browser = world.Browse();
        var form = (await browser.GetAsync("/admin/sign-in")).Hidden;

        var statuses = new List<int>();
        for (var i = 0; i <= SignInLimiter.MostInAMinute; i++)
        {
            statuses.Add((await browser.SendAsync(HttpMethod.Post, "/admin/sign-in", [.. form, ("email", $"nobody{i}@example.com"), ("password", "x"), ("code", "1")])).Status);
        }

        Assert.Equal(429, statuses[^1]);
        Assert.All(statuses[..^1], status => Assert.Equal(401, status));
    }

    [Theory]
    [InlineData("/admin/audit?what=member.&p=2", "/admin/audit?what=member.&p=2")]
    [InlineData("/admin/integrations/entra", "/admin/integrations/entra")]
    [InlineData("https://evil.example", "/admin")]
    [InlineData("//evil.example", "/admin")]
    [InlineData("/\\evil.example", "/admin")]
    [InlineData("/admin//evil.example", "/admin")]
    [InlineData("/admin/../scim", "/admin")]
    [InlineData("/admin/%2e%2e/scim", "/admin")]
    [InlineData("/administrators.example", "/admin")]
    [InlineData("/admin\n/x", "/admin")]
    [InlineData("javascript:alert(1)", "/admin")]
    [InlineData("/scim/x/v2", "/admin")]
    public async Task After_signing_in_nobody_is_sent_elsewhere(string wanted, string lands)
    {
        await using var world = await PanelWorld.CreateAsync();
        var ada = await world.AdministratorAsync();
        using var browser = world.Browse();

        var page = await browser.GetAsync($"/admin/sign-in?returnUrl={Uri.EscapeDataString(wanted)}");
        Assert.Contains(("returnUrl", lands), page.Hidden);
        (string, string)[] form = [.. page.Hidden.Where(field => field.Name != "returnUrl"), ("returnUrl", wanted), ("email", ada.Email), ("password", PanelWorld.Password), ("code", ada.RecoveryCodes.Dequeue())];
        var answer = await browser.SendAsync(HttpMethod.Post, "/admin/sign-in", form, follow: false);

        Assert.Equal((303, lands), (answer.Status, answer.Location));
    }

    private static async Task<SignInVerdict> SignInAsync(SignInDesk desk, AdministratorDouble who, string code, string password = PanelWorld.Password) =>
        (await desk.SignInAsync(who.Email, password, code, visitor, PanelWorld.Stop)).Verdict;

    private static async Task FailAsync(SignInDesk desk, AdministratorDouble who) => Assert.Equal(SignInVerdict.Refused, await SignInAsync(desk, who, "000000", "not the password"));

    private static Task<DateTimeOffset?> LockAsync(PanelWorld world) => world.Core.Store.ReadAsync(async db =>
    {
        var until = await db.Administrators.Select(row => row.LockedUntil).SingleAsync(PanelWorld.Stop);
        return until > world.Core.Time.GetUtcNow() ? until : null;
    }, PanelWorld.Stop);

    private static Task<string> HashAsync(PanelWorld world) => world.Core.Store.ReadAsync(db => db.Administrators.Select(row => row.PasswordHash).SingleAsync(PanelWorld.Stop), PanelWorld.Stop);

    private static Task<List<string>> ActionsAsync(PanelWorld world) => world.Core.Store.ReadAsync(db => db.Audit.Select(row => row.Action).ToListAsync(PanelWorld.Stop), PanelWorld.Stop);
}
