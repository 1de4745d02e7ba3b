using System.Text;
using System.Text.Json.Nodes;
using EncryptionService.Client.Tests.Setting;
using EncryptionService.Compliance;
using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Client.Tests;

/// <summary>The member's file: docs/spec/member.md, section 8.</summary>
public sealed class MemberFileTests : IDisposable
{
    private const int FewIterations = KeyBox.MinIterations;

    private readonly string folder = Directory.CreateTempSubdirectory("eec-").FullName;
    private readonly Passphrase passphrase = Passphrase.TryCreate("correct horse battery staple", out _)!;
    private readonly MemberPrivateKeys keys = MemberPrivateKeys.Generate(Suite.Hpke4);
    private readonly OrganizationId organization = Ids.Organization("o1");
    private readonly MemberId alice = Ids.Member("alice");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        passphrase.Dispose();
        keys.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("HPKE-4")]
    [InlineData("HPKE-7")]
    [InlineData("HPKE-3")]
    [InlineData("HPKE-0")]
    public async Task Nothing_but_the_page_is_needed_to_open_it(string suite)
    {
        using var own = MemberPrivateKeys.Generate(Suite.All.Single(known => known.Name == suite));
        var path = Path.Combine(folder, "alice.json");
        var pass = Path.Combine(folder, "pass");
        await File.WriteAllTextAsync(pass, "correct horse battery staple\n", Token);
        var file = MakeFile() with { Keys = MemberKeyBox.Seal(own, passphrase, organization, alice, FewIterations) };
        await new MemberFileStore(path, TimeProvider.System).UpdateAsync(_ => file, Token);

        var outcome = await NodeScript.Run(RepositoryRoot.Combine("tests", "Interop", "member-file.mjs"), [path, pass], Token);

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        var read = JsonNode.Parse(outcome.Output)!;
        Assert.Equal((own.Public.Ids.Hpke.ToString(), suite, true), ((string?)read["hpke"]!["thumbprint"], (string?)read["hpke"]!["alg"], (bool)read["hpke"]!["fits"]!));
        Assert.Equal((own.Public.Ids.Signing.ToString(), "ES256", true), ((string?)read["sig"]!["thumbprint"], (string?)read["sig"]!["alg"], (bool)read["sig"]!["fits"]!));
    }

    [Fact]
    public void Everything_comes_back()
    {
        using var service = new ServiceWorld();
        var group = service.Group("g1");
        group.Add(new RosterPerson(alice, keys.Public));
        var head = group.Statements[^1];
        var file = MakeFile() with
        {
            Trusted = keys.Public.Signing.Thumbprint,
            NewKeys = MemberKeyBox.Seal(keys, passphrase, organization, alice, FewIterations),
            Groups = new Dictionary<GroupId, KnownGroup>
            {
                [group.Id] = new(new GroupMemory(head.Revision, head.Hash, head.Epoch, 1, Suite.Hpke4), [head.Jws.Compact]),
            },
        };

        var read = MemberFile.Parse(file.ToJson());

        Assert.Equal((file.Core, file.Organization, file.Member, file.CoreId, file.Trusted), (read.Core, read.Organization, read.Member, read.CoreId, read.Trusted));
        Assert.Equal((file.Keys, file.NewKeys), (read.Keys, read.NewKeys));
        Assert.Equal(file.Groups[group.Id].Memory, read.Groups[group.Id].Memory);
        Assert.Equal(file.Groups[group.Id].Statements, read.Groups[group.Id].Statements);
        using var opened = MemberKeyBox.TryOpen(read.Keys, passphrase, organization, alice)!;
        Assert.Equal(keys.Public, opened.Public);
    }

    [Fact]
    public void The_file_holds_no_private_value()
    {
        Span<byte> scalar = stackalloc byte[32];
        var text = Encoding.UTF8.GetString(MakeFile().ToJson());

        keys.Hpke.Export(scalar);
        Assert.DoesNotContain(Base64UrlText.Encode(scalar), text, StringComparison.Ordinal);
        keys.ExportSigningKey(scalar);
        Assert.DoesNotContain(Base64UrlText.Encode(scalar), text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"d\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("horse", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_passphrase_member_or_organization_does_not_open_it()
    {
        using var other = Passphrase.TryCreate("correct horse battery stapler", out _)!;
        var box = MakeFile().Keys;

        Assert.Null(MemberKeyBox.TryOpen(box, other, organization, alice));
        Assert.Null(MemberKeyBox.TryOpen(box, passphrase, organization, Ids.Member("bob")));
        Assert.Null(MemberKeyBox.TryOpen(box, passphrase, Ids.Organization("o2"), alice));
    }

    [Fact]
    public void Each_sealing_has_salt_and_nonce_of_its_own()
    {
        var first = MakeFile().Keys;
        var second = MakeFile().Keys;

        Assert.False(first.Salt.Span.SequenceEqual(second.Salt.Span));
        Assert.False(first.Nonce.Span.SequenceEqual(second.Nonce.Span));
        Assert.Equal(KeyBox.DefaultIterations, MemberKeyBox.Seal(keys, passphrase, organization, alice).Iterations);
    }

    [Theory]
    [InlineData("version", "2")]
    [InlineData("version", null)]
    [InlineData("core", "\"http://core.example\"")]
    [InlineData("core", "\"https://core.example/path\"")]
    [InlineData("organization", "\"..\"")]
    [InlineData("member", "\"a b\"")]
    [InlineData("coreId", "\"\"")]
    [InlineData("trusted", "\"AAAA\"")]
    [InlineData("keys", "null")]
    [InlineData("keys", null)]
    [InlineData("groups", null)]
    [InlineData("groups", """{"g1":null}""")]
    [InlineData("groups", """{"..":{}}""")]
    [InlineData("extra", "1")]
    public void A_file_that_is_not_as_the_page_says_is_refused(string name, string? value)
        => AssertRefused(json => Set(json, name, value));

    [Theory]
    [InlineData("kdf", "\"PBKDF2-HMAC-SHA256\"")]
    [InlineData("enc", "\"A128GCM\"")]
    [InlineData("iterations", "99999")]
    [InlineData("iterations", "10000001")]
    [InlineData("iterations", "-1")]
    [InlineData("iterations", "1e300")]
    [InlineData("salt", "\"AAAA\"")]
    [InlineData("nonce", "\"AAAAAAAAAAAAAAAAAAAAAA\"")]
    [InlineData("ciphertext", "\"\"")]
    [InlineData("ciphertext", "\"====\"")]
    public void Keys_that_are_not_as_the_page_says_are_refused(string name, string value)
        => AssertRefused(json => Set(json["keys"]!, name, value));

    [Fact]
    public void Remembered_statements_must_fit_what_is_remembered()
    {
        using var service = new ServiceWorld();
        var group = service.Group("g1");
        group.Add(new RosterPerson(alice, keys.Public));
        var statement = group.Statements[0];
        var good = $$"""{"g1":{"revision":1,"hash":"{{statement.Hash}}","epoch":1,"generation":1,"suite":"HPKE-4","statements":["{{statement.Jws.Compact}}"] } }""";
        var json = JsonNode.Parse(MakeFile().ToJson())!;
        Set(json, "groups", good);
        Assert.Single(MemberFile.Parse(Encoding.UTF8.GetBytes(json.ToJsonString())).Groups);

        AssertRefused(file => Set(file, "groups", good.Replace(statement.Hash.ToString(), Digest32.Zero.ToString(), StringComparison.Ordinal)));
        AssertRefused(file => Set(file, "groups", good.Replace(statement.Jws.Compact, "a.b.c", StringComparison.Ordinal)));
        AssertRefused(file => Set(file, "groups", good.Replace("HPKE-4", "HPKE-9", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_file_and_its_folder_are_the_owners_alone()
    {
        var path = Path.Combine(folder, "new", "alice.json");

        await new MemberFileStore(path, TimeProvider.System).UpdateAsync(_ => MakeFile(), Token);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        Assert.Equal(["alice.json", "alice.json.lock"], Directory.GetFiles(Path.GetDirectoryName(path)!).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Changes_of_many_at_once_are_all_kept()
    {
        var path = Path.Combine(folder, "alice.json");
        var file = MakeFile();
        await new MemberFileStore(path, TimeProvider.System).UpdateAsync(_ => file with { CoreId = "0" }, Token);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => new MemberFileStore(path, TimeProvider.System).UpdateAsync(
            present => present! with { CoreId = (int.Parse(present.CoreId, System.Globalization.CultureInfo.InvariantCulture) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) }, Token))));

        Assert.Equal("20", (await new MemberFileStore(path, TimeProvider.System).ReadAsync(Token))!.CoreId);
    }

    private static void Set(JsonNode json, string name, string? value)
    {
        if (value is null)
        {
            json.AsObject().Remove(name);
        }
        else
        {
            json[name] = JsonNode.Parse(value);
        }
    }

    private void AssertRefused(Action<JsonNode> spoil)
    {
        var json = JsonNode.Parse(MakeFile().ToJson())!;
        MemberFile.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));
        spoil(json);
        Assert.Throws<InvalidDataException>(() => MemberFile.Parse(Encoding.UTF8.GetBytes(json.ToJsonString())));
    }

    private MemberFile MakeFile() => new()
    {
        Core = new Uri("https://core.example"),
        Organization = organization,
        Member = alice,
        CoreId = "core-1",
        Keys = MemberKeyBox.Seal(keys, passphrase, organization, alice, FewIterations),
    };
}
