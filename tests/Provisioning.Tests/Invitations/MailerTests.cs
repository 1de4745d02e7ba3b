using System.Text.RegularExpressions;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Invitations;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static EncryptionService.Provisioning.Tests.Invitations.MailWorld;

namespace EncryptionService.Provisioning.Tests.Invitations;

public sealed partial class MailerTests
{
    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_new_member_gets_one_mail_whose_link_is_known_by_its_hash_only(DatabaseProvider provider)
    {
        await using var world = await CreateAsync(provider);
        var member = await world.InviteAsync("ada@example.com");

        Assert.Equal(1, await world.Mailer.RunAsync(Stop));
        Assert.Equal(0, await world.Mailer.RunAsync(Stop));

        var token = TokenIn(await File.ReadAllTextAsync(Assert.Single(world.Files), Stop));
        var row = await world.Core.Store.ReadAsync(db => db.InvitationTokens.SingleAsync(Stop), Stop);
        Assert.Equal((member, OneTimeSecret.HashOf(token), world.Core.Time.GetUtcNow().AddDays(30)), (row.MemberId, row.Hash, row.ExpiresAt));
        var invitation = await world.InvitationAsync(member);
        Assert.Equal((null, world.Core.Time.GetUtcNow(), 0, null), (invitation.DueAt, invitation.SentAt, invitation.Attempts, invitation.Problem));
        Assert.Contains("invitation.sent", await world.Core.Store.ReadAsync(db => db.Audit.Select(line => line.Action).ToListAsync(Stop), Stop));
    }

    [Fact]
    public async Task A_mail_file_is_the_owners_alone_and_its_link_stands_unbroken_on_its_line()
    {
        await using var world = await CreateAsync();
        await world.Core.Store.WriteAsync(db => db.Organizations.ExecuteUpdateAsync(set => set.SetProperty(row => row.Name, "Ærø Ltd\r\nhttps://evil.example"), Stop), Stop);
        await world.InviteAsync("ada@example.com");

        await world.Mailer.RunAsync(Stop);

        var file = Assert.Single(world.Files);
        Assert.EndsWith(".eml", file, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var lines = await File.ReadAllLinesAsync(file, Stop);
        Assert.Matches("^https://core\\.example/join#[A-Za-z0-9_-]{43}$", Assert.Single(lines, line => line.StartsWith("https://", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.StartsWith("Ærø Ltd  https://evil.example invites you", StringComparison.Ordinal));
        Assert.Contains("To: ada@example.com", lines);
        Assert.Contains(lines, line => line.Equals("Content-Type: text/plain; charset=utf-8", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(lines, line => line.Contains("multipart", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(System.IO.Directory.GetDirectories(world.Core.Folder.Of("mail")));
    }

    [Fact]
    public async Task Over_SMTP_the_same_mail_arrives_with_the_password_of_the_file()
    {
        await using var server = new SmtpReceiver { Authenticates = true };
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Of("password"), "open sesame\n", Stop);
        await using var world = await CreateAsync(DatabaseProvider.Sqlite, [.. server.Settings, "--Invitations:SmtpUser=mailer", $"--Invitations:SmtpPasswordFile={folder.Of("password")}"]);
        await world.InviteAsync("x", """{"emails":[{"value":"second@example.com"},{"value":"first@example.com","primary":true}]}""");

        await world.Mailer.RunAsync(Stop);

        var mail = Assert.Single(server.Mails);
        Assert.Equal(("mailer", "open sesame"), (mail.User, mail.Password));
        Assert.Contains("<first@example.com>", Assert.Single(mail.To), StringComparison.Ordinal);
        Assert.Contains("<invitations@core.example>", mail.From, StringComparison.Ordinal);
        Assert.Matches("\r\nhttps://core\\.example/join#[A-Za-z0-9_-]{43}\r\n", mail.Text);
        Assert.Contains("Message-ID: <", mail.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(world.Files);
    }

    [Fact]
    public async Task A_refused_mail_is_tried_again_later_and_later_and_the_reason_is_told()
    {
        await using var server = new SmtpReceiver { Refusal = "550 no such person" };
        await using var world = await CreateAsync(DatabaseProvider.Sqlite, server.Settings);
        var member = await world.InviteAsync("ada@example.com");
        var start = world.Core.Time.GetUtcNow();

        Assert.Equal(1, await world.Mailer.RunAsync(Stop));
        Assert.Equal(0, await world.Mailer.RunAsync(Stop));
        var first = await world.InvitationAsync(member);
        world.Core.Time.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await world.Mailer.RunAsync(Stop));
        var second = await world.InvitationAsync(member);
        server.Refusal = null;
        world.Core.Time.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await world.Mailer.RunAsync(Stop));
        var third = await world.InvitationAsync(member);

        Assert.Equal((start.AddMinutes(1), 1), (first.DueAt, first.Attempts));
        Assert.Contains("550", first.Problem, StringComparison.Ordinal);
        Assert.Equal((start.AddMinutes(3), 2), (second.DueAt, second.Attempts));
        Assert.Equal((null, 0, null, start.AddMinutes(3)), (third.DueAt, third.Attempts, third.Problem, third.SentAt));
        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_asked_once_a_round()
    {
        await using var world = await CreateAsync(DatabaseProvider.Sqlite, "--Invitations:SmtpHost=127.0.0.1", "--Invitations:SmtpPort=1", "--Invitations:SmtpTls=false");
        var members = new[] { await world.InviteAsync("a@example.com"), await world.InviteAsync("b@example.com") };

        Assert.Equal(2, await world.Mailer.RunAsync(Stop));

        foreach (var member in members)
        {
            var row = await world.InvitationAsync(member);
            Assert.Equal((1, world.Core.Time.GetUtcNow().AddMinutes(1), null), (row.Attempts, row.DueAt, row.SentAt));
            Assert.NotNull(row.Problem);
        }
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Several_instances_mail_once(DatabaseProvider provider)
    {
        await using var world = await CreateAsync(provider);
        for (var i = 0; i < 60; i++)
        {
            await world.InviteAsync($"user{i}@example.com");
        }

        await using var second = ProvisioningHost.Build(world.Core.Settings, services => services.AddSingleton<TimeProvider>(world.Core.Time), serves: false);
        await using var third = ProvisioningHost.Build(world.Core.Settings, services => services.AddSingleton<TimeProvider>(world.Core.Time), serves: false);
        Mailer[] mailers = [world.Mailer, second.Services.GetRequiredService<Mailer>(), third.Services.GetRequiredService<Mailer>()];
        await Task.WhenAll(mailers.Select(async mailer =>
        {
            while (await mailer.RunAsync(Stop) > 0)
            {
            }
        }));
        await world.Mailer.RunAsync(Stop);

        var receivers = (await Task.WhenAll(world.Files.Select(file => File.ReadAllLinesAsync(file, Stop)))).Select(lines => lines.Single(line => line.StartsWith("To: ", StringComparison.Ordinal))).ToList();
        Assert.Equal(60, receivers.Count);
        Assert.Equal(60, receivers.Distinct().Count());
    }

    [Fact]
    public async Task A_claim_of_an_instance_that_died_comes_back()
    {
        await using var world = await CreateAsync();
        await world.InviteAsync("ada@example.com");
        var (claims, _) = await world.Core.Get<MailClaims>().TakeAsync(Stop);

        Assert.Equal(0, await world.Mailer.RunAsync(Stop));
        world.Core.Time.Pass(MailClaims.Lease);
        Assert.Equal(1, await world.Mailer.RunAsync(Stop));

        Assert.DoesNotContain(Assert.Single(claims).Token, Assert.Single(claims).ToString(), StringComparison.Ordinal);
        Assert.Single(world.Files);
    }

    [Fact]
    public async Task Point_53_a_suspended_invitee_is_not_mailed_until_restored()
    {
        await using var world = await CreateAsync();
        var member = await world.InviteAsync("ada@example.com");
        await world.SetActiveAsync(member, false);

        Assert.Equal(0, await world.Mailer.RunAsync(Stop));
        Assert.Equal(ResendResult.Suspended, await world.Core.Get<InvitationBook>().ResendAsync(Organization, member, Actor.Command, Stop));
        await world.SetActiveAsync(member, true);
        Assert.Equal(1, await world.Mailer.RunAsync(Stop));

        Assert.Single(world.Files);
    }

    [Theory]
    [InlineData("nobody", "{}")]
    [InlineData("nobody", """{"emails":[{"value":"a@example.com\r\nBcc: all@example.com"},{"value":"Bob <b@example.com>"},{"value":7},"c@example.com"]}""")]
    [InlineData("nobody", """{"emails":{"value":"a@example.com"}}""")]
    [InlineData("a@example.com, b@example.com", "{}")]
    public async Task Without_an_address_nothing_is_mailed_and_the_problem_says_so(string userName, string profile)
    {
        await using var world = await CreateAsync();
        var member = await world.InviteAsync(userName, profile);

        Assert.Equal(0, await world.Mailer.RunAsync(Stop));

        var row = await world.InvitationAsync(member);
        Assert.Null(row.DueAt);
        Assert.Contains("no e-mail address", row.Problem, StringComparison.Ordinal);
        Assert.Empty(world.Files);
    }

    [Fact]
    public async Task An_address_that_comes_later_is_mailed_then()
    {
        await using var world = await CreateAsync();
        var member = await world.InviteAsync("nobody");
        await world.Mailer.RunAsync(Stop);

        await world.Core.Get<MemberDirectory>().UpdateAsync(
            Organization, member, row => MemberDraft.Of(row) with { Profile = """{"emails":[{"value":"ada@example.com"}]}""" }, Actor.Connection("idp"), Stop);
        await world.Mailer.RunAsync(Stop);
        await world.Core.Get<MemberDirectory>().UpdateAsync(Organization, member, row => MemberDraft.Of(row) with { UserName = "somebody" }, Actor.Connection("idp"), Stop);
        await world.Mailer.RunAsync(Stop);

        Assert.Single(world.Files);
        Assert.Null((await world.InvitationAsync(member)).Problem);
    }

    [Theory]
    [InlineData("user@example.com", "{}", "user@example.com")]
    [InlineData("o'hara+x@example.com", "{}", "o'hara+x@example.com")]
    [InlineData("guest_b.example#EXT#@a.onmicrosoft.com", "{}", "guest_b.example#EXT#@a.onmicrosoft.com")]
    [InlineData("user@example.com", """{"emails":[{"value":"mail@example.com","type":"work"}]}""", "mail@example.com")]
    [InlineData("user@example.com", """{"emails":[{"value":"a@example.com","primary":false},{"value":"b@example.com","primary":true}]}""", "b@example.com")]
    [InlineData("user@example.com", """{"emails":[{"value":"not one","primary":true},{"value":"b@example.com"}]}""", "b@example.com")]
    [InlineData("jürgen@example.com", "{}", "jürgen@example.com")]
    public void The_primary_address_comes_first_then_the_others_then_the_userName(string userName, string profile, string expected) =>
        Assert.Equal(expected, MailAddresses.Find(profile, userName)?.Address);

    [Fact]
    public async Task A_resent_mail_carries_a_new_link_and_the_old_one_stays_good()
    {
        await using var world = await CreateAsync();
        await world.InviteAsync("ada@example.com");
        var book = world.Core.Get<InvitationBook>();
        for (var i = 0; i < 7; i++)
        {
            await world.Mailer.RunAsync(Stop);
            world.Core.Time.Pass(TimeSpan.FromMinutes(1));
            Assert.Equal(ResendResult.Due, await book.ResendAsync(Organization, "ADA@example.com", Actor.Command, Stop));
        }

        Assert.Equal(7, world.Files.Length);
        // Links of mails long ago end, so that resending does not pile them up.
        Assert.Equal(5, await world.Core.Store.ReadAsync(db => db.InvitationTokens.CountAsync(Stop), Stop));
        Assert.Equal(ResendResult.Unknown, await book.ResendAsync("other", "ada@example.com", Actor.Command, Stop));
    }

    [Fact]
    public async Task An_accepted_invitation_is_not_mailed_again()
    {
        await using var world = await CreateAsync();
        var member = await world.InviteAsync("ada@example.com");
        await world.Core.Store.WriteAsync(db => db.Members.ExecuteUpdateAsync(set => set.SetProperty(row => row.AcceptedAt, world.Core.Time.GetUtcNow()), Stop), Stop);

        Assert.Equal(0, await world.Mailer.RunAsync(Stop));

        Assert.Equal(ResendResult.Accepted, await world.Core.Get<InvitationBook>().ResendAsync(Organization, member, Actor.Command, Stop));
    }

    private static string TokenIn(string mail) => Link().Match(mail).Groups[1].Value;

    [GeneratedRegex("join#([A-Za-z0-9_-]{43})")]
    private static partial Regex Link();
}
