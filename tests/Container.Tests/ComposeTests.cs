using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using EncryptionService.Compliance;

namespace EncryptionService.Container.Tests;

/// <summary>deploy/compose: what it may hold, and that Compose reads it as it was meant.</summary>
public sealed partial class ComposeTests
{
    private static readonly string folder = RepositoryRoot.Combine("deploy", "compose");
    private static readonly string text = File.ReadAllText(Path.Combine(folder, "compose.yaml"));
    private static readonly string[] settings = [.. File.ReadLines(Path.Combine(folder, "compose.env")).Where(line => line.Length > 0 && !line.StartsWith('#'))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void What_can_be_chosen_stands_in_one_file_and_nothing_else_does()
    {
        var used = Variable().Matches(text).Select(match => match.Groups[1].Value).Distinct();

        Assert.Equal(settings.Select(line => line.Split('=')[0]).Append("STATE").Distinct().Order(), used.Append("ORGANIZATION").Distinct().Order());
    }

    [Fact]
    public void No_file_holds_a_secret()
    {
        Assert.DoesNotContain(settings, line => SecretName().IsMatch(line.Split('=')[0]));
        Assert.DoesNotMatch("(?i)(password|token|accountkey)[a-z_]*[:=] *[\"']?[A-Za-z0-9]{6}", text);
    }

    [Fact]
    public async Task Compose_reads_it_every_port_is_on_loopback_and_ours_are_hardened()
    {
        var command = await ComposeAsync();
        Assert.SkipUnless(command is not null, "Docker Compose is not installed: apt-get install docker-compose");
        var state = Directory.CreateTempSubdirectory("compose-");
        try
        {
            foreach (var name in (string[])["provisioning.env", "service.env", "identity.env", "ca.pem", "postgres-password"])
            {
                await File.WriteAllTextAsync(Path.Combine(state.FullName, name), "", Token);
            }

            using var read = JsonDocument.Parse(await ReadAsync(command, state.FullName));
            var services = read.RootElement.GetProperty("services").EnumerateObject().ToDictionary(service => service.Name, service => service.Value);
            Assert.Equal(["azure", "azurite", "postgres", "provisioning", "service"], services.Keys.Order());
            Assert.All(services["postgres"].GetProperty("ports").EnumerateArray(), port => Assert.Contains("127.0.0.1", port.GetRawText(), StringComparison.Ordinal));
            Assert.All(services.Where(service => service.Key != "postgres"), service =>
            {
                Assert.False(service.Value.TryGetProperty("ports", out _));
                Assert.True(service.Value.GetProperty("read_only").GetBoolean());
                Assert.Equal("ALL", Assert.Single(service.Value.GetProperty("cap_drop").EnumerateArray()).GetString());
                Assert.Equal("no-new-privileges:true", Assert.Single(service.Value.GetProperty("security_opt").EnumerateArray()).GetString());
                Assert.Equal("service:postgres", service.Value.GetProperty("network_mode").GetString());
            });
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    /// <summary>The command for Compose, as a plug-in or as a program; null: neither is there.</summary>
    private static async Task<string[]?> ComposeAsync()
    {
        foreach (var command in (string[][])[["docker", "compose"], ["docker-compose"]])
        {
            try
            {
                if ((await ChildProcess.Run(new ProcessStartInfo(command[0], [.. command[1..], "version"]), null, Token)).ExitCode == 0)
                {
                    return command;
                }
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // There is no such program.
            }
        }

        return null;
    }

    /// <summary>The file as Compose understands it, in JSON: the first Compose writes YAML only, which python3 that it is written in translates.</summary>
    private static async Task<string> ReadAsync(string[] command, string state)
    {
        var isProgram = command.Length == 1;
        string[] files = ["--project-directory", ".", "--env-file", "compose.env", "-f", "compose.yaml", "config", .. isProgram ? Array.Empty<string>() : ["--format", "json"]];
        var start = new ProcessStartInfo(command[0], [.. command[1..], .. files]) { WorkingDirectory = folder };
        start.Environment["STATE"] = state;
        var outcome = await ChildProcess.Run(start, null, Token);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        if (!isProgram)
        {
            return outcome.Output;
        }

        var translated = await ChildProcess.Run(
            new ProcessStartInfo("python3", ["-c", "import json,sys,yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)"]), outcome.Output, Token);
        Assert.True(translated.ExitCode == 0, translated.Error);
        return translated.Output;
    }

    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Variable();

    [GeneratedRegex("(?i)password|secret|token|key")]
    private static partial Regex SecretName();
}
