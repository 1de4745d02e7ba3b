using EncryptionService.EndToEnd.Setting;
using EncryptionService.Service.Keys;

namespace EncryptionService.EndToEnd;

/// <summary>The program refuses to start: each fault has an exit code of its own and says what to do (docs/spec/ledger.md, sections 3, 4 and 6).</summary>
public sealed class StartTests : IAsyncDisposable
{
    private readonly ServiceFolder folder = new();
    private FakeCore? core;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        folder.Dispose();
        if (core is not null)
        {
            await core.DisposeAsync();
        }
    }

    [Fact]
    public async Task All_faults_of_the_configuration_are_told_at_once()
    {
        var settings = await SettingsAsync();
        settings["Service:OrganizationId"] = "not an id";
        settings["Service:Suites"] = "HPKE-4,ROT-13";
        settings["Service:TrustLevel"] = "Approved";
        settings["Core:Url"] = "http://core.example";
        settings["Core:CallKey"] = "{}";
        settings["Posting:MaxAttempts"] = "0";
        settings.Remove("Keys:Path");
        settings.Remove("Ledger:Path");
        settings.Remove("Core:Id");

        var told = await RefuseAsync(settings, ExitCode.Configuration);

        string[] names = ["OrganizationId", "ROT-13", "TrustLevel", "Core:Url", "Core:CallKey", "MaxAttempts", "Keys", "Ledger", "Id"];
        Assert.All(names, name => Assert.Contains(name, told, StringComparison.Ordinal));
        Assert.DoesNotContain("Exception", told, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_ledger_without_a_token_is_no_first_start()
    {
        var settings = await SettingsAsync();
        settings.Remove("Service:EnrolmentToken");
        Assert.Contains("set Service:EnrolmentToken", await RefuseAsync(settings, ExitCode.Disagreement), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_of_another_organization_is_refused()
    {
        var settings = await UsedAsync();
        settings["Service:OrganizationId"] = "o2";
        Assert.Contains("Point Ledger:Path at the right ledger", await RefuseAsync(settings, ExitCode.Disagreement), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_under_another_organization_key_is_refused()
    {
        var settings = await UsedAsync();
        File.Delete(Path.Combine(folder.Keys, "organization-key.p8"));
        Assert.Contains("Restore the file from your backup", await RefuseAsync(settings, ExitCode.KeyUnavailable), StringComparison.Ordinal);
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        KeyFile.Create(Path.Combine(folder.Keys, "organization-key.p8"), other);
        Assert.Contains("Configure the organization key that made this ledger", await RefuseAsync(settings, ExitCode.Disagreement), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_or_open_wrapping_key_is_refused()
    {
        var settings = await UsedAsync();
        var file = Directory.GetFiles(folder.Keys, "kek-*.p8").Single();
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Contains($"chmod 600 {file}", await RefuseAsync(settings, ExitCode.KeyUnavailable), StringComparison.Ordinal);
        File.Delete(file);
        Assert.Contains("Restore", await RefuseAsync(settings, ExitCode.KeyUnavailable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_on_one_ledger_is_refused_and_told_who_holds_it()
    {
        var settings = await SettingsAsync();
        using var first = ServiceProcess.Start(settings);
        await first.Changed.UntilAsync(() => first.Count(1) > 0, Token);
        var told = await RefuseAsync(settings, ExitCode.Locked);
        Assert.Contains($"process {first.Id} on {Environment.MachineName} since ", told, StringComparison.Ordinal);
        Assert.False(first.HasExited);
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_one_clear_line()
    {
        var settings = await SettingsAsync();
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        settings["Service:GrpcPort"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var process = ServiceProcess.Start(settings);
        Assert.Equal(ExitCode.Configuration, await process.ExitAsync(Token));
        var line = Assert.Single(process.ErrorLines);
        Assert.StartsWith("The service does not start.", line, StringComparison.Ordinal);
        Assert.Contains(port.ToString(System.Globalization.CultureInfo.InvariantCulture), line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_incomplete_last_frame_is_cut_at_start_and_told()
    {
        var settings = await UsedAsync();
        var segment = Path.Combine(folder.Ledger, "group-g1", "000001.seg");
        var whole = await File.ReadAllBytesAsync(segment, Token);

        // What a crash within a write leaves: the first bytes of a frame, which all frames share.
        await File.WriteAllBytesAsync(segment, [.. whole, .. whole[..8]], Token);
        using (var verify = ServiceProcess.Start(settings, ["ledger", "verify"]))
        {
            Assert.Equal(ExitCode.Ok, await verify.ExitAsync(Token));
            Assert.Contains("incomplete last frame in group/g1: the next start cuts it", verify.Output, StringComparison.Ordinal);
        }

        using var process = ServiceProcess.Start(settings);
        await process.Changed.UntilAsync(() => process.Count(1) > 0 || process.HasExited, Token);
        Assert.Equal(1, process.Count(301));
        Assert.Equal(whole, await File.ReadAllBytesAsync(segment, Token));
    }

    [Fact]
    public async Task A_flipped_bit_keeps_the_service_from_starting_and_verify_names_the_frame()
    {
        var settings = await UsedAsync();
        var segment = Path.Combine(folder.Ledger, "group-g1", "000001.seg");
        var bytes = await File.ReadAllBytesAsync(segment, Token);
        bytes[70] ^= 1; // in the payload of the first frame
        await File.WriteAllBytesAsync(segment, bytes, Token);
        const string Place = "group/g1, segment 1, position 0, byte offset 0";

        var told = await RefuseAsync(settings, ExitCode.Damaged);
        Assert.Contains(Place, told, StringComparison.Ordinal);
        Assert.Contains("Restore the ledger from your backup", told, StringComparison.Ordinal);

        using var text = ServiceProcess.Start(settings, ["ledger", "verify"]);
        Assert.Equal(ExitCode.Damaged, await text.ExitAsync(Token));
        Assert.Contains($"DAMAGED  {Place}", text.Output, StringComparison.Ordinal);

        using var json = ServiceProcess.Start(settings, ["ledger", "verify", "--json"]);
        Assert.Equal(ExitCode.Damaged, await json.ExitAsync(Token));
        using var report = System.Text.Json.JsonDocument.Parse(json.Output);
        Assert.False(report.RootElement.GetProperty("intact").GetBoolean());
        var fault = Assert.Single(report.RootElement.GetProperty("faults").EnumerateArray());
        Assert.Equal("group/g1", fault.GetProperty("stream").GetString());
        Assert.Equal((1, 0, 0), (fault.GetProperty("segment").GetInt32(), fault.GetProperty("position").GetInt32(), fault.GetProperty("offset").GetInt32()));
    }

    private async Task<Dictionary<string, string>> SettingsAsync()
    {
        core ??= await FakeCore.StartAsync(Token);
        return folder.Settings(core);
    }

    /// <summary>Settings of a service that ran and has a group.</summary>
    private async Task<Dictionary<string, string>> UsedAsync()
    {
        var settings = await SettingsAsync();
        await using var service = await RunningService.StartAsync(core!, folder: folder);
        using var alice = new Person("alice");
        var group = new GroupScript("g1");
        await service.Caller.ApplyAsync(group.Create(), group.Add(alice));
        await service.Caller.ApplyAsync(group.Rotate());
        return settings;
    }

    /// <summary>Starts, expects this exit code, and returns what stands on the console.</summary>
    private static async Task<string> RefuseAsync(Dictionary<string, string> settings, int code)
    {
        using var process = ServiceProcess.Start(settings);
        var exit = await process.ExitAsync(Token);
        Assert.True(exit == code, $"exit code {exit}: {process.Output} {process.Errors}");
        return process.Errors + process.Output;
    }
}
