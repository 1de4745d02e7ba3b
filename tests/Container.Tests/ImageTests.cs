using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EncryptionService.Compliance;
using EncryptionService.Container.Tests.Setting;

namespace EncryptionService.Container.Tests;

/// <summary>What is in the images, and what is not.</summary>
public sealed partial class ImageTests
{
    private const long MostOwnBytes = 40_000_000;
    private const string AuthorityLink = "/usr/lib/ssl/cert.pem"; // of the base: public certificates

    // What the base says and what the Dockerfile says: settings of the runtime, and where data lies. None is a secret, and none may become one unseen.
    private static readonly string[] known =
    [
        "PATH", "APP_UID", "ASPNETCORE_HTTP_PORTS", "DOTNET_RUNNING_IN_CONTAINER", "DOTNET_VERSION", "ASPNET_VERSION", "SSL_CERT_FILE", "DOTNET_EnableDiagnostics", "DOTNET_gcServer",
        "DOTNET_gcConcurrent", "DOTNET_TieredPGO", "DOTNET_NOLOGO", "Database__Path", "Provisioning__KeysPath", "Invitations__PickupFolder",
    ];

    private static readonly string[] tools =
        ["sh", "bash", "dash", "ash", "busybox", "toybox", "apt", "apt-get", "dpkg", "apk", "rpm", "perl", "python3", "curl", "wget", "nc", "openssl", "su", "sudo", "mount"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Skip = DockerEngine.Absent, SkipUnless = nameof(DockerEngine.IsPresent), SkipType = typeof(DockerEngine))]
    [MemberData(nameof(Images.Both), MemberType = typeof(Images))]
    public async Task Runs_as_a_numeric_user_is_stopped_by_SIGTERM_and_leaves_probes_to_the_platform(string image)
    {
        var config = (await InspectAsync(image)).GetProperty("Config");

        Assert.Equal("1654:1654", config.GetProperty("User").GetString());
        Assert.Equal("SIGTERM", config.GetProperty("StopSignal").GetString());
        Assert.False(config.TryGetProperty("Healthcheck", out _));
        Assert.Equal("dotnet", config.GetProperty("Entrypoint")[0].GetString());
        Assert.Equal(JsonValueKind.Null, config.GetProperty("Cmd").ValueKind);
        Assert.Contains("DOTNET_EnableDiagnostics=0", Environment(config));
        var ports = config.GetProperty("ExposedPorts").EnumerateObject().Select(port => port.Name);
        Assert.Equal(image == Images.Service ? ["8080/tcp", "8081/tcp"] : ["8090/tcp"], ports);
    }

    [Theory(Skip = DockerEngine.Absent, SkipUnless = nameof(DockerEngine.IsPresent), SkipType = typeof(DockerEngine))]
    [MemberData(nameof(Images.Both), MemberType = typeof(Images))]
    public async Task Holds_neither_shell_nor_tools_nor_anything_with_rights_of_its_own(string image)
    {
        var files = await ImageFiles.ListAsync(image, Token);

        Assert.Contains(files, file => file.Path.StartsWith("/app/EncryptionService.", StringComparison.Ordinal));
        Assert.Empty(files.Select(file => Path.GetFileName(file.Path)).Intersect(tools));
        Assert.DoesNotContain(files, file => file.HasCapabilities || (file.Mode & (UnixFileMode.SetUser | UnixFileMode.SetGroup)) != 0);
    }

    [Theory(Skip = DockerEngine.Absent, SkipUnless = nameof(DockerEngine.IsPresent), SkipType = typeof(DockerEngine))]
    [MemberData(nameof(Images.Both), MemberType = typeof(Images))]
    public async Task Its_user_owns_no_file_and_can_write_to_three_folders(string image)
    {
        var files = await ImageFiles.ListAsync(image, Token);

        Assert.Equal(["/data", "/home/app", "/tmp"], files.Where(file => file.IsWritableByApp).Select(file => file.Path).Order());
        var program = files.Where(file => file.Path.StartsWith("/app", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(program);
        Assert.All(program, file => Assert.Equal(0, file.Owner));
        Assert.All(program.Where(file => file.Type != TarEntryType.Directory), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead, file.Mode));
    }

    [Theory(Skip = DockerEngine.Absent, SkipUnless = nameof(DockerEngine.IsPresent), SkipType = typeof(DockerEngine))]
    [MemberData(nameof(Images.Both), MemberType = typeof(Images))]
    public async Task Holds_no_secret_no_settings_and_no_path_of_the_machine_that_built_it(string image)
    {
        var files = await ImageFiles.ListAsync(image, Token);
        var config = (await InspectAsync(image)).GetProperty("Config");
        var history = await DockerEngine.RunAsync(Token, "history", "--no-trunc", "--format", "{{.CreatedBy}}", image);

        Assert.Empty(Environment(config).Select(variable => variable.Split('=')[0]).Except(known));
        Assert.DoesNotMatch("(?i)password|secret|token|private key", history);
        Assert.DoesNotContain(files, file => SecretName().IsMatch(Path.GetFileName(file.Path)) && file.Path != AuthorityLink);
        var root = Encoding.UTF8.GetBytes(RepositoryRoot.Path);
        Assert.All(files.Where(file => file.Content is not null), file =>
        {
            Assert.DoesNotMatch(PrivateKey(), Encoding.Latin1.GetString(file.Content!));
            Assert.True(file.Content.AsSpan().IndexOf(root) < 0, $"{file.Path} names the folder that it was built in");
        });
    }

    [Theory(Skip = DockerEngine.Absent, SkipUnless = nameof(DockerEngine.IsPresent), SkipType = typeof(DockerEngine))]
    [MemberData(nameof(Images.Both), MemberType = typeof(Images))]
    public async Task What_changes_with_a_release_is_small(string image)
    {
        var whole = (await InspectAsync(image)).GetProperty("Size").GetInt64();
        var below = (await InspectAsync(Images.Base)).GetProperty("Size").GetInt64();

        Assert.InRange(whole - below, 1, MostOwnBytes);
    }

    private static async Task<JsonElement> InspectAsync(string image)
    {
        using var all = JsonDocument.Parse(await DockerEngine.RunAsync(Token, "image", "inspect", image));
        return all.RootElement[0].Clone();
    }

    private static IEnumerable<string> Environment(JsonElement config) => config.GetProperty("Env").EnumerateArray().Select(variable => variable.GetString()!);

    [GeneratedRegex(@"(?i)^(appsettings.*\.json|secrets?\.json|\.env.*|.*\.(pfx|p12|key|pem|pdb))$")]
    private static partial Regex SecretName();

    [GeneratedRegex(@"PRIVATE KEY-----\s*[A-Za-z0-9+/=\s]{40}")]
    private static partial Regex PrivateKey();
}
