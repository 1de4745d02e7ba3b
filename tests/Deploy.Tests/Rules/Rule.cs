using System.Text.Json.Nodes;
using EncryptionService.Deploy.Tests.Arm;
using EncryptionService.Deploy.Tests.Setting;

namespace EncryptionService.Deploy.Tests.Rules;

/// <summary>What every template of ours keeps to, whatever the customer chooses.</summary>
/// <param name="Name">One word or two.</param>
/// <param name="Find">What is wrong, a line each.</param>
internal sealed record Rule(string Name, Func<JsonObject, IEnumerable<string>> Find)
{
    /// <summary>A rule that looks at what a template comes to, once for each set of options.</summary>
    public static Rule ForAll(string name, Func<ArmDeployment, IEnumerable<string>> find) => new(
        name, template => Samples.Options.Keys.SelectMany(option => find(ArmDeployment.Of(template, Samples.With(option))).Select(fault => $"{fault} (options: {option})")));

    /// <summary>A rule that looks at one set of options.</summary>
    public static Rule For(string name, string option, Func<ArmDeployment, IEnumerable<string>> find) => new(name, template => find(ArmDeployment.Of(template, Samples.With(option))));

    /// <summary>One fault if it does not hold.</summary>
    public static IEnumerable<string> Unless(bool holds, string fault) => holds ? [] : [fault];

    /// <summary>One fault if two JSON values differ.</summary>
    public static IEnumerable<string> UnlessEqual(string expected, JsonNode? actual, string what) =>
        Unless(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"{what} is {actual?.ToJsonString() ?? "absent"}, not {expected}");
}
