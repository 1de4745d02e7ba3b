using System.Text.Json.Nodes;

namespace EncryptionService.Deploy.Tests.Arm;

/// <summary>Evaluates the values of a template for given parameters.</summary>
internal sealed class ArmEvaluator(JsonObject template, IReadOnlyDictionary<string, JsonNode?> given, ArmPlace place)
{
    private readonly Dictionary<string, JsonNode?> variables = [];
    private readonly Stack<(string Name, int Index)> copies = [];

    /// <summary>A value with every expression in it evaluated.</summary>
    public JsonNode? Evaluate(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => ArmExpression.Is(text) ? Evaluate(ArmExpression.Parse(text)) : Plain(text),
        JsonArray items => new JsonArray([.. items.Select(Evaluate)]),
        JsonObject members => Members(members),
        null => null,
        _ => node.DeepClone(),
    };

    private static string Plain(string text) => text.StartsWith("[[", StringComparison.Ordinal) ? text[1..] : text;

    private JsonObject Members(JsonObject members)
    {
        var made = new JsonObject();
        foreach (var (name, value) in members)
        {
            if (name == "copy" && value is JsonArray loops)
            {
                foreach (var loop in loops)
                {
                    made[(string)loop!["name"]!] = Repeat(loop);
                }
            }
            else
            {
                made[ArmExpression.Is(name) ? ArmFunctions.Text(Evaluate(ArmExpression.Parse(name))) : name] = Evaluate(value);
            }
        }

        return made;
    }

    private JsonArray Repeat(JsonNode loop)
    {
        var items = new JsonArray();
        var count = (int)Evaluate(loop["count"])!;
        for (var i = 0; i < count; i++)
        {
            copies.Push(((string)loop["name"]!, i));
            items.Add(Evaluate(loop["input"]));
            copies.Pop();
        }

        return items;
    }

    private JsonNode? Evaluate(ArmExpression expression) => expression switch
    {
        ArmExpression.Literal { Value: string text } => text,
        ArmExpression.Literal { Value: long number } => number,
        ArmExpression.Member member => Member(Evaluate(member.Of), Evaluate(member.Key)),
        ArmExpression.Call { Name: "parameters" } call => Parameter(ArmFunctions.Text(Evaluate(call.Arguments[0]))),
        ArmExpression.Call { Name: "variables" } call => Variable(ArmFunctions.Text(Evaluate(call.Arguments[0]))),
        ArmExpression.Call { Name: "if" } call => Evaluate(call.Arguments[ArmFunctions.Truth(Evaluate(call.Arguments[0])) ? 1 : 2]),
        ArmExpression.Call { Name: "copyIndex" } call => copies.Single(copy => copy.Name == ArmFunctions.Text(Evaluate(call.Arguments[0]))).Index,
        ArmExpression.Call call => ArmFunctions.Call(call.Name, [.. call.Arguments.Select(Evaluate)], place),
        _ => throw new NotSupportedException(),
    };

    private static JsonNode? Member(JsonNode? of, JsonNode? key)
    {
        if (of is JsonValue value && value.TryGetValue<string>(out var text) && ArmRuntime.Is(text))
        {
            return $"{text}.{ArmFunctions.Text(key)}";
        }

        return (of is JsonArray items ? items[(int)key!] : of!.AsObject()[ArmFunctions.Text(key)])?.DeepClone();
    }

    private JsonNode? Parameter(string name)
    {
        if (given.TryGetValue(name, out var value))
        {
            return value?.DeepClone();
        }

        var declared = template["parameters"]?[name] as JsonObject ?? throw new KeyNotFoundException($"There is no parameter {name}.");
        return declared.TryGetPropertyValue("defaultValue", out var fallback) ? Evaluate(fallback) : throw new KeyNotFoundException($"The parameter {name} has no value.");
    }

    private JsonNode? Variable(string name)
    {
        if (!variables.TryGetValue(name, out var value))
        {
            var declared = template["variables"] as JsonObject;
            value = declared is not null && declared.TryGetPropertyValue(name, out var node) ? Evaluate(node) : throw new KeyNotFoundException($"There is no variable {name}.");
            variables[name] = value;
        }

        return value?.DeepClone();
    }
}
