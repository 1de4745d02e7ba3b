using System.Text.RegularExpressions;
using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Admin;

/// <summary>The own account, other administrators, and the audit trail.</summary>
public sealed class AccountTests
{
    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Another_password_wants_the_present_one_and_ends_the_other_sessions(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        var ada = await world.AdministratorAsync();
        using var browser = await ada.SignInAsync();
        using var other = await ada.SignInAsync();
        const string Next = "quite another set of words";

        var wrong = await browser.PostAsync("/admin/account/password", [("present", "not the present one"), ("next", Next)]);
        var weak = await browser.PostAsync("/admin/account/password", [("present", PanelWorld.Password), ("next", "acme ltd ada")]);
        Assert.Equal((422, 422, "/admin"), (wrong.Status, weak.Status, (await other.GetAsync("/admin")).Path));
        var done = await browser.PostAsync("/admin/account/password", [("present", PanelWorld.Password), ("next", Next)]);

        Assert.Contains("Your password was changed.", done.Words, StringComparison.Ordinal);
        Assert.Equal("/admin/sign-in", (await other.GetAsync("/admin")).Path);
        Assert.Equal(401, (await other.SignInAsync(ada.Email, PanelWorld.Password, ada.RecoveryCodes.Peek())).Status);
        Assert.Equal(200, (await other.SignInAsync(ada.Email, Next, ada.RecoveryCodes.Dequeue())).Status);
    }

    [Fact]
    public async Task Guessing_the_password_within_a_session_locks_as_signing_in_does()
    {
        await using var world = await PanelWorld.CreateAsync();
        var ada = await world.AdministratorAsync();
        using var browser = await ada.SignInAsync();
        for (var i = 0; i < LockOut.FreeFailures; i++)
        {
            Assert.Equal(422, (await browser.PostAsync("/admin/account/recovery-codes", [("present", "not the present one")])).Status);
        }

        Assert.Equal(422, (await browser.PostAsync("/admin/account/recovery-codes", [("present", PanelWorld.Password)])).Status);
        world.Core.Time.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await browser.PostAsync("/admin/account/recovery-codes", [("present", PanelWorld.Password)])).Status);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task New_recovery_codes_end_the_old_ones(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        var ada = await world.AdministratorAsync();
        using var browser = await ada.SignInAsync();

        var page = await browser.PostAsync("/admin/account/recovery-codes", [("present", PanelWorld.Password)]);

        var codes = Regex.Matches(page.Text, "[0-9a-z]{4}(?:-[0-9a-z]{4}){3}").Select(found => found.Value).ToArray();
        Assert.Equal(10, codes.Length);
        Assert.DoesNotContain(codes[0], (await browser.GetAsync("/admin/account/recovery-codes")).Text, StringComparison.Ordinal);
        using var other = world.Browse();
        Assert.Equal(401, (await other.SignInAsync(ada.Email, PanelWorld.Password, ada.RecoveryCodes.Dequeue())).Status);
        Assert.Equal(200, (await other.SignInAsync(ada.Email, PanelWorld.Password, codes[0])).Status);
    }

    [Fact]
    public async Task Another_app_ends_the_one_before_it()
    {
        await using var world = await PanelWorld.CreateAsync();
        var ada = await world.AdministratorAsync();
        using var browser = await ada.SignInAsync();
        world.Core.Time.Pass(TimeSpan.FromMinutes(1));
        var page = await browser.GetAsync("/admin/account/app");
        var secret = world.Core.Get<TotpSecrets>().Read(page.Hidden.Single(field => field.Name == "offer").Value, OneTimeSecret.HashOf(browser.Session!))!;
        (string, string)[] form = [.. page.Hidden, ("present", PanelWorld.Password)];

        var wrong = await browser.SendAsync(HttpMethod.Post, "/admin/account/app", [.. form, ("code", ada.Code())]);
        var done = await browser.SendAsync(HttpMethod.Post, "/admin/account/app", [.. form, ("code", Totp.CodeOf(secret, Totp.StepOf(world.Core.Time.GetUtcNow())))]);
        world.Core.Time.Pass(TimeSpan.FromSeconds(30));

        Assert.Equal(422, wrong.Status);
        Assert.Contains("Your authenticator app was replaced.", done.Words, StringComparison.Ordinal);
        using var other = world.Browse();
        Assert.Equal(401, (await other.SignInAsync(ada.Email, PanelWorld.Password, ada.Code())).Status);
        Assert.Equal(200, (await other.SignInAsync(ada.Email, PanelWorld.Password, Totp.CodeOf(secret, Totp.StepOf(world.Core.Time.GetUtcNow())))).Status);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_invitation_is_shown_once_works_and_can_be_withdrawn(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        using var browser = await world.SignInAsync();
        using var stranger = world.Browse();
        var form = (await browser.GetAsync("/admin/administrators")).Hidden;

        var refused = await browser.SendAsync(HttpMethod.Post, "/admin/administrators", [.. form, ("present", "not my password at all")]);
        var made = await browser.SendAsync(HttpMethod.Post, "/admin/administrators", [.. form, ("present", PanelWorld.Password)]);
        var again = await browser.SendAsync(HttpMethod.Post, "/admin/administrators", [.. form, ("present", PanelWorld.Password)]);

        // A session that was borrowed for a minute makes no account that stays.
        Assert.Equal(422, refused.Status);
        Assert.DoesNotContain("/admin/welcome/", refused.Text, StringComparison.Ordinal);

        var link = made.ValueOf("link");
        Assert.Matches("^https://core\\.example/admin/welcome/[A-Za-z0-9_-]{43}$", link);
        Assert.Contains("Nothing was made", again.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(link, (await browser.GetAsync("/admin/administrators")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await stranger.GetAsync(new Uri(link).AbsolutePath)).Status);
        var hash = OneTimeSecret.HashOf(link.Split('/')[^1]);
        var done = await browser.PostAsync("/admin/administrators", [("link", hash)], "/admin/administrators?handler=Withdraw");
        Assert.Contains("The invitation was withdrawn.", done.Words, StringComparison.Ordinal);
        Assert.Equal(404, (await stranger.GetAsync(new Uri(link).AbsolutePath)).Status);
    }

    [Fact]
    public async Task A_locked_account_is_not_asked_for_its_password_and_two_looks_at_once_are_one()
    {
        await using var world = await PanelWorld.CreateAsync();
        using var browser = await world.SignInAsync();
        var passwords = world.Core.Get<Passwords>();
        var id = await world.Core.Store.ReadAsync(db => db.Administrators.Select(row => row.Id).SingleAsync(PanelWorld.Stop), PanelWorld.Stop);
        (string, string)[] right = [("present", PanelWorld.Password), ("next", "five ordinary words and 2 more")];

        Assert.True(passwords.TryEnter(id));
        Assert.Equal(422, (await browser.PostAsync("/admin/account/password", right)).Status);
        passwords.Leave(id);

        for (var failure = 0; failure < 5; failure++)
        {
            Assert.Equal(422, (await browser.PostAsync("/admin/account/password", [("present", "not my password at all"), ("next", "five ordinary words and 2 more")])).Status);
        }

        Assert.Equal(422, (await browser.PostAsync("/admin/account/password", right)).Status);
        world.Core.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(200, (await browser.PostAsync("/admin/account/password", right)).Status);
    }

    [Fact]
    public async Task Nobody_removes_the_own_account()
    {
        await using var world = await PanelWorld.CreateAsync();
        var ada = await world.AdministratorAsync();
        using var browser = await ada.SignInAsync();

        Assert.Equal(404, (await browser.GetAsync($"/admin/administrators/{ada.Id}/remove")).Status);
        Assert.Equal(404, (await browser.PostAsync("/admin/account", to: $"/admin/administrators/{ada.Id}/remove")).Status);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_audit_trail_turns_pages_filters_and_names_people(DatabaseProvider provider)
    {
        await using var world = await PanelWorld.CreateAsync(provider);
        var trail = world.Core.Get<AuditTrail>();
        await world.Core.Store.WriteAsync(
            db =>
            {
                for (var i = 0; i < 120; i++)
                {
                    trail.Add(db, "acme", i % 2 == 0 ? Actor.Command : Actor.System, i % 3 == 0 ? "member.suspended" : "group.created", $"subject-{i:000}", detail: i == 119 ? "<b>bold</b>" : null);
                }

                trail.Add(db, "other", Actor.Command, "member.suspended", "foreign");
                return Task.CompletedTask;
            },
            PanelWorld.Stop);
        using var browser = await world.SignInAsync();

        var first = await browser.GetAsync("/admin/audit");
        var last = await browser.GetAsync("/admin/audit?p=3");
        var members = await browser.GetAsync("/admin/audit?what=member.&who=command");

        Assert.Contains("Page 1 of 3", first.Words, StringComparison.Ordinal);
        Assert.Contains("Ada Lovelace administrator.signed-in", first.Words, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;bold", first.Text, StringComparison.Ordinal);
        Assert.Contains("subject-000", last.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("foreign", first.Text + last.Text + members.Text, StringComparison.Ordinal);
        Assert.Equal(20, Regex.Count(members.Text, "<code>member\\.suspended"));
        foreach (var page in new[] { "0", "-1", "99999", "x" })
        {
            Assert.Equal(200, (await browser.GetAsync($"/admin/audit?p={page}")).Status);
        }
    }
}
