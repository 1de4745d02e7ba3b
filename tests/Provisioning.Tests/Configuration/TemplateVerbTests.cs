using System.Text.Json.Nodes;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Configuration;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Tests.Commands;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Configuration;

/// <summary><c>service template</c>, and the function behind it.</summary>
public sealed class TemplateVerbTests
{
    private const string Image = "registry.example/eec/service@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_organizations_template_has_its_six_values_and_is_its_owners_alone(DatabaseProvider provider)
    {
        await using var core = await CoreFixture.CreateAsync(provider, [$"--Provisioning:ServiceImage={Image}", "--Provisioning:CoreId=core-1"]);
        await core.OrganizationAsync();
        await core.OrganizationAsync("other");
        var file = core.Folder.Of("eec.json");

        var made = await core.TypeAsync("service", "template", "--org", "acme", "--out", file, "--json");

        Assert.Equal((0, "acme", file), (made.Code, (string?)made.Json["organization"], (string?)made.Json["file"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.True(new FileInfo(file).Length < 60_000);
        var parameters = JsonNode.Parse(await File.ReadAllTextAsync(file, Stop))!["parameters"]!;
        Assert.Equal(("acme", "https://core.example/", "core-1", Image), (Default("organizationId"), Default("coreUrl"), Default("coreId"), Default("containerImage")));
        Assert.Equal(await core.Get<CallKeys>().PublicJwkAsync("acme", Stop), Default("coreCallKey"));
        Assert.True(SigningJwk.TryParse(Default("coreCallKey"), out _, out _));
        Assert.Equal(("[]", "\"Pinned\""), (parameters["operatorKeys"]!["defaultValue"]!.ToJsonString(), parameters["trustLevel"]!["defaultValue"]!.ToJsonString()));
        Assert.Equal("securestring", (string?)parameters["enrolmentToken"]!["type"]);
        var token = await core.Store.ReadAsync(db => db.EnrolmentTokens.SingleAsync(Stop), Stop);
        Assert.Equal((OneTimeSecret.HashOf(Default("enrolmentToken")), "acme", core.Time.GetUtcNow().AddHours(72)), (token.Hash, token.OrganizationId, token.ExpiresAt));
        Assert.DoesNotContain(Default("enrolmentToken"), made.Output + made.Error, StringComparison.Ordinal);

        string Default(string name) => (string)parameters[name]!["defaultValue"]!;
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Two_downloads_differ_in_the_token_only_and_both_tokens_are_good(DatabaseProvider provider)
    {
        await using var core = await CoreFixture.CreateAsync(provider, [$"--Provisioning:ServiceImage={Image}"]);
        await core.OrganizationAsync();

        var first = (await core.TypeAsync("service", "template", "--org", "acme")).Output.Split('\n');
        var second = (await core.TypeAsync("service", "template", "--org", "acme")).Output.Split('\n');

        var (one, other) = Assert.Single(first.Zip(second), pair => pair.First != pair.Second);
        Assert.All([one, other], line => Assert.Matches("^      \"defaultValue\": \"[A-Za-z0-9_-]{43}\",$", line));
        Assert.Equal(2, await core.Store.ReadAsync(db => db.EnrolmentTokens.CountAsync(Stop), Stop));
    }

    [Theory]
    [InlineData("Provisioning:ServiceImage")]
    [InlineData("Provisioning:PublicUrl", "--Provisioning:ServiceImage=" + Image, "--Provisioning:PublicUrl=http://core.example")]
    public async Task What_has_to_be_set_first_is_said_and_no_token_is_made(string setting, params string[] settings)
    {
        await using var core = await CoreFixture.CreateAsync(settings: settings);
        await core.OrganizationAsync();

        var printed = await core.TypeAsync("service", "template", "--org", "acme");

        Assert.Equal((2, ""), (printed.Code, printed.Output));
        Assert.Contains(setting, printed.Error, StringComparison.Ordinal);
        Assert.Equal(0, await core.Store.ReadAsync(db => db.EnrolmentTokens.CountAsync(Stop), Stop));
    }

    [Theory]
    [InlineData("registry.example/eec/service:1.0")]
    [InlineData("registry.example/eec/service@sha256:0123")]
    [InlineData(Image + "0")]
    [InlineData("[" + Image)]
    [InlineData(" " + Image)]
    [InlineData("")]
    public async Task An_image_without_a_digest_is_refused(string image)
    {
        await using var core = await CoreFixture.CreateAsync();

        var printed = await core.TypeAsync("org", "list", $"--Provisioning:ServiceImage={image}");

        Assert.Equal(2, printed.Code);
        Assert.Contains("Provisioning:ServiceImage must name the image by digest", printed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobodys_template_is_not_made_and_neither_is_one_in_a_folder_that_is_not_there()
    {
        await using var core = await CoreFixture.CreateAsync(settings: [$"--Provisioning:ServiceImage={Image}"]);
        await core.OrganizationAsync();

        Assert.Equal(3, (await core.TypeAsync("service", "template", "--org", "nobody")).Code);
        Assert.Equal(2, (await core.TypeAsync("service", "template", "--org", "acme", "--out", core.Folder.Of("absent/eec.json"))).Code);
        Assert.Equal(0, await core.Store.ReadAsync(db => db.EnrolmentTokens.CountAsync(Stop), Stop));
    }

    [Fact]
    public async Task Who_asked_is_in_the_audit_trail_and_the_token_is_not()
    {
        await using var core = await CoreFixture.CreateAsync(settings: [$"--Provisioning:ServiceImage={Image}"]);
        await core.OrganizationAsync();

        var (problem, text) = await core.Get<ConfigurationFiles>().CreateAsync("acme", Actor.Command, Stop);

        Assert.Equal(ConfigurationProblem.None, problem);
        var line = await core.Store.ReadAsync(db => db.Audit.SingleAsync(row => row.Action == "service.configured", Stop), Stop);
        Assert.DoesNotContain((string)JsonNode.Parse(text)!["parameters"]!["enrolmentToken"]!["defaultValue"]!, $"{line.Subject} {line.Detail}", StringComparison.Ordinal);
    }
}
