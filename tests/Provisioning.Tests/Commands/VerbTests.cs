using EncryptionService.Formats;
using EncryptionService.Provisioning.Connections;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Commands;

public sealed class VerbTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_organization_is_made_once_and_listed(DatabaseProvider provider)
    {
        await using var core = await CoreFixture.CreateAsync(provider);

        Assert.Equal(0, (await core.TypeAsync("org", "create", "acme", "--name", "Acme Ærø")).Code);
        var again = await core.TypeAsync("org", "create", "acme", "--name", "Other");
        var list = await core.TypeAsync("org", "list", "--json");

        Assert.Equal((3, ""), (again.Code, again.Output));
        Assert.Contains("acme already", again.Error, StringComparison.Ordinal);
        Assert.Equal("Acme Ærø", (string?)list.Json[0]!["name"]);
        Assert.Single(list.Json.AsArray());
    }

    [Theory]
    [InlineData("org", "create", "a b", "--name", "x")]
    [InlineData("org", "create", "acme", "--name", " ")]
    [InlineData("org", "create", "acme", "--name", "two\nlines")]
    [InlineData("org", "create", "acme")]
    [InlineData("org", "crate", "acme", "--name", "x")]
    [InlineData("org", "create", "acme", "--name", "x", "--quiet")]
    [InlineData("orgs")]
    [InlineData("connection", "create", "--org", "acme", "--kind", "ldap")]
    [InlineData("connection", "rotate", "x", "--days", "0")]
    [InlineData("purge", "--as-of", "tomorrow")]
    [InlineData("purge", "--as-of", "31.07.2026")]
    [InlineData("org", "list", "--Dispatch:Workers=1000")]
    [InlineData("org", "list", "--Dispatch:Workers=many")]
    [InlineData("org", "list", "--Invitations:From=Bob <b@example.com>")]
    [InlineData("org", "list", "--Invitations:SmtpPasswordFile=/nowhere/password")]
    [InlineData("org", "list", "--Database:Provider=Oracle")]
    public async Task What_cannot_be_read_ends_with_2_and_says_why(params string[] words)
    {
        await using var core = await CoreFixture.CreateAsync();

        var printed = await core.TypeAsync(words);

        Assert.Equal(2, printed.Code);
        Assert.NotEmpty(printed.Error);
        Assert.Empty(await core.Get<OrganizationBook>().ListAsync(Stop));
    }

    [Theory]
    [InlineData("connection", "create", "--org", "nobody", "--kind", "okta")]
    [InlineData("connection", "rotate", "nothing")]
    [InlineData("connection", "delete", "nothing")]
    [InlineData("service", "configure", "--org", "nobody")]
    [InlineData("operator", "token", "--org", "nobody")]
    [InlineData("admin", "link", "--org", "nobody")]
    [InlineData("group", "rotate", "--org", "nobody", "--group", "x")]
    [InlineData("group", "retry", "--org", "nobody", "--group", "x")]
    [InlineData("member", "resend", "--org", "nobody", "--user", "x")]
    [InlineData("status", "--org", "nobody")]
    public async Task What_is_not_there_ends_with_3_and_prints_no_result(params string[] words)
    {
        await using var core = await CoreFixture.CreateAsync();

        var printed = await core.TypeAsync(words);

        Assert.Equal((3, ""), (printed.Code, printed.Output));
        Assert.NotEmpty(printed.Error);
    }

    [Theory]
    [InlineData("entra", "Tenant URL", "secret token")]
    [InlineData("okta", "Base URL", "bearer token")]
    public async Task A_connections_url_and_token_are_shown_once_under_the_IdPs_own_names(string kind, string address, string token)
    {
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync();

        var made = await core.TypeAsync("connection", "create", "--org", "acme", "--kind", kind);
        var listed = await core.TypeAsync("connection", "list", "--org", "acme");

        var shown = made.Output.Split('\n').Single(line => line.StartsWith(token, StringComparison.Ordinal))[16..].Trim();
        var connection = (await core.Get<ConnectionBook>().ListAsync("acme", Stop)).Single();
        Assert.Contains($"{address,-16}https://core.example/scim/{connection.Id}/v2", made.Output, StringComparison.Ordinal);
        Assert.NotNull(await core.Get<ConnectionAuthority>().CheckAsync(connection.Id, shown, true, Stop));
        Assert.Contains(connection.Id, listed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(shown, listed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_rotated_and_a_connection_ended_while_the_core_is_up()
    {
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync();
        var made = (await core.TypeAsync("connection", "create", "--org", "acme", "--kind", "entra", "--name", "HR", "--json")).Json;
        var (id, first) = ((string)made["connection"]!, (string)made["token"]!);

        var second = (await core.TypeAsync("connection", "rotate", id, "--json")).Json;
        Assert.Equal("2026-06-08T12:00:00Z", (string?)second["oldTokensUntil"]);
        Assert.NotNull(await CheckAsync(first));
        var third = (await core.TypeAsync("connection", "rotate", id, "--now", "--json")).Json;
        Assert.Null(await CheckAsync(first));
        Assert.Null(await CheckAsync((string)second["token"]!));
        Assert.NotNull(await CheckAsync((string)third["token"]!));
        Assert.Equal(0, (await core.TypeAsync("connection", "delete", id)).Code);
        Assert.Null(await CheckAsync((string)third["token"]!));

        Task<ConnectionIdentity?> CheckAsync(string token) => core.Get<ConnectionAuthority>().CheckAsync(id, token, true, Stop);
    }

    [Fact]
    public async Task The_services_settings_are_the_owners_alone_and_hold_a_token_good_for_72_hours()
    {
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync();
        var file = core.Folder.Of("service.env");
        await File.WriteAllTextAsync(file, "old", Stop);

        Assert.Equal(0, (await core.TypeAsync("service", "configure", "--org", "acme", "--env", "--out", file)).Code);
        var json = (await core.TypeAsync("service", "configure", "--org", "acme")).Json;

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var lines = (await File.ReadAllLinesAsync(file, Stop)).ToDictionary(line => line.Split('=')[0], line => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('\''));
        Assert.Equal(("acme", "https://core.example/", "core"), (lines["Service__OrganizationId"], lines["Core__Url"], lines["Core__Id"]));
        Assert.True(SigningJwk.TryParse(lines["Core__CallKey"], out _, out _));
        Assert.Equal(lines["Core__CallKey"], (string?)json["Core"]!["CallKey"]);
        var tokens = await core.Store.ReadAsync(db => db.EnrolmentTokens.ToListAsync(Stop), Stop);
        Assert.Equivalent(new[] { OneTimeSecret.HashOf(lines["Service__EnrolmentToken"]), OneTimeSecret.HashOf((string)json["Service"]!["EnrolmentToken"]!) }, tokens.Select(row => row.Hash));
        Assert.All(tokens, row => Assert.Equal(core.Time.GetUtcNow().AddHours(72), row.ExpiresAt));
    }

    [Fact]
    public async Task Operators_and_administrators_get_what_is_kept_as_a_hash_only()
    {
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync();

        var token = (string)(await core.TypeAsync("operator", "token", "--org", "acme", "--json")).Json["operatorToken"]!;
        var link = (string)(await core.TypeAsync("admin", "link", "--org", "acme", "--json")).Json["link"]!;

        Assert.Matches("^https://core\\.example/admin/welcome/[A-Za-z0-9_-]{43}$", link);
        Assert.Equal(OneTimeSecret.HashOf(token), await core.Store.ReadAsync(db => db.OperatorTokens.Select(row => row.Hash).SingleAsync(Stop), Stop));
        var row = await core.Store.ReadAsync(db => db.AdminLinks.SingleAsync(Stop), Stop);
        Assert.Equal((OneTimeSecret.HashOf(link.Split('/')[^1]), core.Time.GetUtcNow().AddHours(24)), (row.Hash, row.ExpiresAt));
    }

    [Fact]
    public async Task A_replacing_operator_token_ends_those_before_it_of_this_organization_only()
    {
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync();
        await core.OrganizationAsync("other");
        var foreign = await TokenAsync("--org", "other");
        await TokenAsync("--org", "acme");
        await TokenAsync("--org", "acme");
        Assert.Equal(3, await core.Store.ReadAsync(db => db.OperatorTokens.CountAsync(Stop), Stop));

        var token = await TokenAsync("--org", "acme", "--replace");

        Assert.Equal(
            new[] { OneTimeSecret.HashOf(foreign), OneTimeSecret.HashOf(token) }.Order(StringComparer.Ordinal),
            (await core.Store.ReadAsync(db => db.OperatorTokens.Select(row => row.Hash).ToListAsync(Stop), Stop)).Order(StringComparer.Ordinal));
        Assert.Equal(3, (await core.TypeAsync("operator", "token", "--org", "nobody", "--replace")).Code);

        async Task<string> TokenAsync(params string[] words) => (string)(await core.TypeAsync(["operator", "token", .. words, "--json"])).Json["operatorToken"]!;
    }

    [Theory]
    [InlineData("2026-07-01T11:59:59Z", 0)]
    [InlineData("2026-07-01T12:00:00Z", 1)]
    [InlineData("2026-07-01T14:00+02:00", 1)]
    [InlineData("2026-07-01T13:59:59+02:00", 0)]
    [InlineData("2026-07-01", 0)]
    [InlineData("2026-07-02", 1)]
    [InlineData("2026-07-01T11:59", 0)]
    [InlineData("2026-07-01T12:00", 1)]
    [InlineData("2027-01-01", 1)]
    public async Task Purge_deletes_whoever_was_suspended_30_days_before_the_time_that_stands_for_now(string asOf, int expected)
    {
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync();
        var members = core.Get<MemberDirectory>();
        var gone = await members.CreateAsync("acme", new MemberDraft("gone@example.com", null, null, true, "{}"), Actor.System, Stop);
        await members.CreateAsync("acme", new MemberDraft("stays@example.com", null, null, true, "{}"), Actor.System, Stop);
        await members.UpdateAsync("acme", gone.Value!.Id, row => MemberDraft.Of(row) with { Active = false }, Actor.System, Stop);

        var printed = await core.TypeAsync("purge", "--as-of", asOf, "--json");

        Assert.Equal(expected, (int)printed.Json["purged"]!);
        Assert.Equal(2 - expected, await core.Store.ReadAsync(db => db.Members.CountAsync(Stop), Stop));
    }

    [Fact]
    public async Task A_group_is_rotated_by_name_or_id_and_its_event_waits()
    {
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync(service: true);
        var group = (await core.Get<GroupDirectory>().CreateAsync("acme", "Crew", null, [], Actor.System, Stop)).Value!.Id;

        Assert.Equal(0, (await core.TypeAsync("group", "rotate", "--org", "acme", "--group", "crew")).Code);
        Assert.Equal(group, (string?)(await core.TypeAsync("group", "rotate", "--org", "acme", "--group", group, "--json")).Json["group"]);

        Assert.Equal(
            ["group_created", "rotation_requested", "rotation_requested"],
            await core.Store.ReadAsync(db => db.Events.OrderBy(row => row.Sequence).Select(row => row.Kind).ToListAsync(Stop), Stop));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Status_tells_services_members_groups_and_what_waits(DatabaseProvider provider)
    {
        await using var core = await CoreFixture.CreateAsync(provider);
        await core.OrganizationAsync("acme", service: true);
        await core.OrganizationAsync("bare");
        var members = core.Get<MemberDirectory>();
        var ada = (await members.CreateAsync("acme", new MemberDraft("ada@example.com", null, null, true, "{}"), Actor.System, Stop)).Value!.Id;
        await members.CreateAsync("acme", new MemberDraft("bob@example.com", null, null, false, "{}"), Actor.System, Stop);
        var group = (await core.Get<GroupDirectory>().CreateAsync("acme", "Crew\u001b[2J", null, [ada], Actor.System, Stop)).Value!.Id;
        await core.Store.WriteAsync(
            db =>
            {
                db.Rosters.Add(new RosterRow { GroupId = group, MemberId = ada, Alg = "HPKE-4", Hpke = "h", Signing = "s", AddedSequence = 2, FromRevision = 2 });
                db.Envelopes.Add(new EnvelopeRow { GroupId = group, Epoch = 0, MemberId = ada, Kid = "h", Generation = 0, Jwe = "x" });
                db.Events.Add(new EventRow
                {
                    OrganizationId = "acme",
                    GroupId = group,
                    Sequence = 2,
                    EventId = "e",
                    Kind = "members_added",
                    Members = 1,
                    Payload = [],
                    OccurredAt = core.Time.GetUtcNow(),
                    State = EventState.Parked,
                    DueAt = core.Time.GetUtcNow(),
                    Outcome = "REJECTED: too many members",
                });
                return Task.CompletedTask;
            },
            Stop);

        var all = (await core.TypeAsync("status", "--json")).Json["organizations"]!;
        var one = (await core.TypeAsync("status", "--org", "acme", "--json")).Json["organizations"]!.AsArray().Single()!;
        var text = (await core.TypeAsync("status")).Output;

        Assert.Equal(2, all.AsArray().Count);
        Assert.Null(all[1]!["service"]);
        Assert.Equal("enrolled", (string?)one["service"]!["state"]);
        Assert.Equal("""{"active":0,"pending":1,"suspended":0,"forbidden":1,"mailsDue":1,"mailsFailed":0}""", one["members"]!.ToJsonString());
        Assert.Equal("""{"waiting":1,"parked":1}""", one["events"]!.ToJsonString());
        var crew = one["groups"]!.AsArray().Single()!;
        Assert.Equal((1, 1, 1, false), ((int)crew["members"]!, (int)crew["effective"]!, (int)crew["envelopes"]!, (bool)crew["complete"]!));
        Assert.Equal("REJECTED: too many members", (string?)one["parked"]![0]!["reason"]);
        Assert.Contains("1 of 1", text, StringComparison.Ordinal);
        Assert.Contains("parked: event 2", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
        Assert.Equal(0, (await core.TypeAsync("group", "retry", "--org", "acme", "--group", group)).Code);
        Assert.Equal(0, (int)(await core.TypeAsync("status", "--org", "acme", "--json")).Json["organizations"]![0]!["events"]!["parked"]!);
    }

    [Fact]
    public async Task Resending_an_invitation_makes_its_mail_due()
    {
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync();
        await core.Get<MemberDirectory>().CreateAsync("acme", new MemberDraft("ada@example.com", null, null, true, "{}"), Actor.System, Stop);
        await core.Get<Provisioning.Invitations.Mailer>().RunAsync(Stop);

        var before = (await core.TypeAsync("invitation", "list", "--org", "acme", "--json")).Json[0]!;
        Assert.Equal(0, (await core.TypeAsync("member", "resend", "--org", "acme", "--user", "ada@example.com")).Code);
        var after = (await core.TypeAsync("invitation", "list", "--org", "acme", "--json")).Json[0]!;

        Assert.Equal(("2026-06-01T12:00:00Z", null), ((string?)before["sentAt"], (string?)before["dueAt"]));
        Assert.Equal("2026-06-01T12:00:00Z", (string?)after["dueAt"]);
    }

    [Theory]
    [InlineData("core.example")]
    [InlineData("https://core.example/below")]
    [InlineData("ftp://core.example")]
    public async Task An_address_that_nobody_could_use_ends_with_2(string address)
    {
        var settings = new[] { $"--Provisioning:PublicUrl={address}" };
        await using var error = new StringWriter();

        var code = await Provisioning.Commands.RunAsync(["org", "list", .. settings], null, new System.CommandLine.InvocationConfiguration { Error = error });

        Assert.Equal(2, code);
        Assert.Contains("Provisioning:PublicUrl", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_ends_with_4()
    {
        await using var core = await CoreFixture.CreateAsync();

        var printed = await core.TypeAsync("org", "list", "--Database:Provider=PostgreSql", "--Database:ConnectionString=Host=127.0.0.1;Port=1;Username=x;Password=geheim;Timeout=2");

        Assert.Equal((4, ""), (printed.Code, printed.Output));
        Assert.DoesNotContain("geheim", printed.Error, StringComparison.Ordinal);
    }
}
