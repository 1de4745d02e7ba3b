using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using EncryptionService.Client.Tests.Setting;
using EncryptionService.Compliance;
using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Client.Tests;

/// <summary>Recovery copies of the member's page are files of this client, and the other way round (docs/spec/page.md, section 3).</summary>
public sealed class PageTests : IDisposable
{
    private const string Words = "correct horse battery staple";

    private static readonly OrganizationId organization = Ids.Organization("acme");
    private static readonly MemberId alice = Ids.Member("alice");

    private readonly string folder = Directory.CreateTempSubdirectory("eec-page-").FullName;
    private readonly Passphrase passphrase = Passphrase.TryCreate(Words, out _)!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        passphrase.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_recovery_copy_of_the_page_opens_here()
    {
        var made = await RunAsync("make", Words);

        var file = MemberFile.Parse(Encoding.UTF8.GetBytes((string)made["file"]!));
        using var keys = MemberKeyBox.TryOpen(file.Keys, passphrase, file.Organization, file.Member);

        Assert.Equal((organization, alice, new Uri("https://core.example"), "core"), (file.Organization, file.Member, file.Core, file.CoreId));
        Assert.NotNull(keys);
        Assert.Equal(
            ((string?)made["keys"]!["hpke"], (string?)made["keys"]!["alg"], (string?)made["keys"]!["sig"]),
            (keys.Public.Ids.Hpke.ToString(), keys.Public.Ids.Alg, keys.Public.Ids.Signing.ToString()));
        using var another = Passphrase.TryCreate("incorrect horse battery", out _)!;
        Assert.Null(MemberKeyBox.TryOpen(file.Keys, another, file.Organization, file.Member));
    }

    [Theory]
    [InlineData("HPKE-4")]
    [InlineData("HPKE-7")]
    [InlineData("HPKE-3")]
    [InlineData("HPKE-0")]
    public async Task A_file_of_this_client_opens_in_the_page_and_its_keys_stay_there(string suite)
    {
        using var own = MemberPrivateKeys.Generate(Suite.All.Single(known => known.Name == suite));
        using var service = new ServiceWorld();
        var group = service.Group("g1");
        group.Add(new RosterPerson(alice, own.Public));
        var head = group.Statements[^1];
        var memory = new GroupMemory(head.Revision, head.Hash, head.Epoch, 1, own.Public.Hpke.Suite);
        var path = await WriteAsync(own, new KnownGroup(memory, [head.Jws.Compact]), group.Id);

        var read = await RunAsync("read", Words, path);

        Assert.Null((string?)read["error"]);
        Assert.Equal(own.Public.Ids.Hpke.ToString(), (string?)read["keys"]!["hpke"]);
        Assert.Equal(own.Public.Ids.Signing.ToString(), (string?)read["keys"]!["sig"]);
        Assert.Equal(own.Public.Signing.Thumbprint.ToString(), (string?)read["trusted"]);
        Assert.Equal((head.Hash.ToString(), suite), ((string?)read["groups"]!["g1"]!["hash"], (string?)read["groups"]!["g1"]!["suite"]));
        Assert.False((bool)read["extractable"]!);
        Assert.Null((await RunAsync("read", "incorrect horse battery", path))["keys"]);
    }

    private async Task<string> WriteAsync(MemberPrivateKeys own, KnownGroup known, GroupId group)
    {
        var path = Path.Combine(folder, "alice.json");
        var file = new MemberFile
        {
            Core = new Uri("https://core.example"),
            Organization = organization,
            Member = alice,
            CoreId = "core",
            Trusted = own.Public.Signing.Thumbprint,
            Keys = MemberKeyBox.Seal(own, passphrase, organization, alice),
            Groups = new Dictionary<GroupId, KnownGroup> { [group] = known },
        };
        await new MemberFileStore(path, TimeProvider.System).UpdateAsync(_ => file, Token);
        return path;
    }

    private static async Task<JsonNode> RunAsync(params string[] arguments)
    {
        // Up to date already, unless this project alone was built.
        var built = await ChildProcess.Run(new ProcessStartInfo("bash", [RepositoryRoot.Combine("src", "Page", "build.sh")]), null, Token);
        Assert.True(built.ExitCode == 0, built.Error);
        var outcome = await NodeScript.Run(RepositoryRoot.Combine("artifacts", "page-vectors", "recovery.mjs"), arguments, Token);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return JsonNode.Parse(outcome.Output)!;
    }
}
