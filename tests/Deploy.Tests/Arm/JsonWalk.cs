using System.Text.Json.Nodes;

namespace EncryptionService.Deploy.Tests.Arm;

/// <summary>Goes through all texts of a template.</summary>
internal static class JsonWalk
{
    /// <summary>Every text with its place, names of members that are expressions included.</summary>
    public static IEnumerable<(string Path, string Text)> Texts(this JsonNode? node, string path = "") => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => [(path, text)],
        JsonArray items => items.SelectMany((item, i) => Texts(item, $"{path}/{i}")),
        JsonObject members => members.SelectMany(member =>
            (ArmExpression.Is(member.Key) ? [(path, member.Key)] : Array.Empty<(string, string)>()).Concat(Texts(member.Value, $"{path}/{member.Key}"))),
        _ => [],
    };

    /// <summary>Every call of a function, with the place where it stands.</summary>
    public static IEnumerable<(string Path, ArmExpression.Call Call)> Calls(this JsonNode? node) =>
        node.Texts().Where(found => ArmExpression.Is(found.Text)).SelectMany(found => ArmExpression.Parse(found.Text).Calls.Select(call => (found.Path, call)));

    /// <summary>The parameters that an expression, or the variables in it, look at.</summary>
    public static IEnumerable<string> ParametersIn(this JsonObject template, JsonNode? node) => node.Calls().SelectMany(found => (found.Call.Name, found.Call.Arguments) switch
    {
        ("parameters", [ArmExpression.Literal { Value: string name }]) => [name],
        ("variables", [ArmExpression.Literal { Value: string name }]) => template.ParametersIn(template["variables"]?[name]),
        _ => Array.Empty<string>(),
    });
}
