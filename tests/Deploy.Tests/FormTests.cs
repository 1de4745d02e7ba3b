using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EncryptionService.Compliance;
using EncryptionService.Deploy.Tests.Setting;

namespace EncryptionService.Deploy.Tests;

/// <summary>deploy/createUiDefinition.json: the form behind the button asks for what the template takes.</summary>
public sealed partial class FormTests
{
    private readonly JsonObject form = JsonNode.Parse(File.ReadAllText(RepositoryRoot.Combine("deploy", "createUiDefinition.json")))!["parameters"]!.AsObject();
    private readonly JsonObject parameters = Published.Template()["parameters"]!.AsObject();

    private JsonObject Outputs => form["outputs"]!.AsObject();

    [Fact]
    public void Every_output_is_a_parameter_and_every_parameter_without_a_default_is_an_output()
    {
        Assert.Empty(Outputs.Select(output => output.Key).Except(parameters.Select(parameter => parameter.Key)));
        Assert.Empty(parameters.Where(parameter => !parameter.Value!.AsObject().ContainsKey("defaultValue")).Select(parameter => parameter.Key).Except(Outputs.Select(output => output.Key)));
    }

    [Fact]
    public void Every_field_that_an_output_reads_is_there_and_no_field_is_asked_for_nothing()
    {
        var fields = form["steps"]!.AsArray().SelectMany(step => step!["elements"]!.AsArray().Select(element => $"steps('{step["name"]}').{element!["name"]}"))
            .Concat(form["basics"]!.AsArray().Select(element => $"basics('{element!["name"]}')")).ToHashSet();

        var read = Outputs.SelectMany(output => Field().Matches((string)output.Value!).Select(match => match.Value)).ToHashSet();

        Assert.True(read.Count > 15);
        Assert.Equal(fields.Order(), read.Order());
    }

    [Fact]
    public void A_secret_is_typed_unseen_and_choices_are_those_of_the_template()
    {
        var fields = form["basics"]!.AsArray().Concat(form["steps"]!.AsArray().SelectMany(step => step!["elements"]!.AsArray())).ToDictionary(field => (string)field!["name"]!, field => field!);

        Assert.Equal(
            parameters.Where(parameter => (string?)parameter.Value!["type"] == "securestring").Select(parameter => parameter.Key),
            fields.Where(field => (string?)field.Value["type"] == "Microsoft.Common.PasswordBox").Select(field => field.Key));
        foreach (var (name, parameter) in parameters.Where(parameter => parameter.Value!["allowedValues"] is not null))
        {
            var choices = new JsonArray([.. fields[name]["constraints"]!["allowedValues"]!.AsArray().Select(choice => choice!["value"]!.DeepClone())]);
            Assert.True(JsonNode.DeepEquals(parameter!["allowedValues"], choices), name);
            Assert.True(JsonNode.DeepEquals(parameter["defaultValue"], fields[name]["defaultValue"]), name);
        }
    }

    [Theory]
    [InlineData("containerImage", Samples.Image, true)]
    [InlineData("containerImage", "registry.example/eec:latest", false)]
    [InlineData("coreUrl", "https://core.example/", true)]
    [InlineData("coreUrl", "https://core.example/path", false)]
    [InlineData("coreUrl", "http://core.example", false)]
    [InlineData("organizationId", "acme", true)]
    [InlineData("organizationId", "a b", false)]
    public void A_slip_is_told_in_the_form(string name, string text, bool good)
    {
        var field = form["basics"]!.AsArray().Single(field => (string?)field!["name"] == name)!;

        Assert.Equal(good, Regex.IsMatch(text, (string)field["constraints"]!["validations"]![0]!["regex"]!));
    }

    [GeneratedRegex(@"(?:steps\('\w+'\)\.\w+|basics\('\w+'\))")]
    private static partial Regex Field();
}
