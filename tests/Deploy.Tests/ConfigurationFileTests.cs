using System.Text;
using System.Text.Json.Nodes;
using EncryptionService.Cli;
using EncryptionService.Compliance;
using EncryptionService.Deploy.Tests.Rules;
using EncryptionService.Deploy.Tests.Setting;
using EncryptionService.Provisioning.Configuration;

namespace EncryptionService.Deploy.Tests;

/// <summary>What an organization downloads: the published template, and six defaults.</summary>
public sealed class ConfigurationFileTests
{
    private static readonly (string, string)[] filled =
    [
        ("organizationId", "acme"), ("coreUrl", "https://core.example/"), ("coreId", "core"), ("coreCallKey", Samples.Jwk), ("containerImage", Samples.Image), ("enrolmentToken", Samples.Token),
    ];

    /// <summary>Rules about the published file only: it has none of these defaults.</summary>
    private static readonly string[] ofThePublishedFile = ["parameters of the core", "no image of ours"];

    private static string Made => TemplateFiller.Fill(PublishedTemplate.Read(), filled);

    public static TheoryData<string> Rules => [.. AllRules.ByName.Keys.Except(ofThePublishedFile)];

    [Fact]
    public void The_template_in_the_program_is_the_published_one_and_is_written_the_same_way()
    {
        Assert.Equal(Published.Text, Encoding.UTF8.GetString(PublishedTemplate.Read()));
        Assert.Equal(Published.Text, TemplateFiller.Fill(PublishedTemplate.Read(), []));
    }

    [Fact]
    public void The_same_values_give_the_same_bytes_and_six_more_lines()
    {
        Assert.Equal(Made, Made);
        Assert.True(Encoding.UTF8.GetByteCount(Made) < 60_000);
        var added = Made.Split('\n').Where(line => line.Contains("defaultValue", StringComparison.Ordinal)).Except(Published.Text.Split('\n')).ToArray();
        Assert.Equal(6, added.Length);
        Assert.Equal(Published.Text, string.Join('\n', Made.Split('\n').Where(line => !added.Contains(line))));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void It_keeps_to_every_rule_but_for_the_token_that_it_carries(string rule)
    {
        var found = AllRules.ByName[rule].Find(JsonNode.Parse(Made)!.AsObject());

        Assert.Equal(rule == "secret parameter" ? ["enrolmentToken has a default"] : [], found);
    }

    [Fact]
    public async Task The_checkers_have_exactly_one_finding()
    {
        Assert.SkipUnless(Checkers.ArePresent, SharedFolder.Absent);
        using var file = new TextFile(Made);

        var checkedJson = await Checkers.RunAsync("armcheck.mjs", "-w", file.Path);

        Assert.Equal([$"FAIL {file.Path}", "   secret: parameter 'enrolmentToken' has a default value"], checkedJson.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(0, (await Checkers.RunAsync("validate.mjs", "arm-strict.schema.json", file.Path)).ExitCode);
    }

    [Fact]
    public async Task The_customers_own_program_finds_it_as_published()
    {
        using var file = new TextFile(Made);
        await using var output = new StringWriter();

        var code = await EecProgram.RunAsync(["template", "verify", file.Path], new Surroundings
        {
            Out = output,
            Error = output,
            Variable = _ => null,
            DataFolder = Path.GetTempPath(),
            Prompt = new ConsolePrompt(),
            Time = TimeProvider.System,
        });

        Assert.True(code == 0, output.ToString());
        Assert.Contains(Samples.Image, output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Samples.Token, output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("organizationId", "[concat('a','b')]")]
    [InlineData("operatorKeys", "x")]
    [InlineData("nothing", "x")]
    public void What_would_be_an_expression_or_is_the_customers_is_not_filled_in(string parameter, string value) =>
        Assert.ThrowsAny<Exception>(() => TemplateFiller.Fill(PublishedTemplate.Read(), [(parameter, value)]));
}
