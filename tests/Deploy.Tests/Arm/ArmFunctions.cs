using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EncryptionService.Deploy.Tests.Arm;

/// <summary>What a template says with <c>fail()</c> about its parameters.</summary>
internal sealed class ArmFailException : Exception
{
    public ArmFailException()
    {
    }

    public ArmFailException(string message)
        : base(message)
    {
    }

    public ArmFailException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The functions of the template language that our template uses. A function that is not here is an error, so that nothing is checked by guess.</summary>
internal static class ArmFunctions
{
    public static JsonNode? Call(string name, JsonNode?[] arguments, ArmPlace place) => name switch
    {
        "and" => arguments.All(Truth),
        "or" => arguments.Any(Truth),
        "not" => !Truth(arguments[0]),
        "equals" => AreEqual(arguments[0], arguments[1]),
        "greater" => Number(arguments[0]) > Number(arguments[1]),
        "empty" => IsEmpty(arguments[0]),
        "length" => arguments[0] is JsonArray items ? items.Count : Text(arguments[0]).Length,
        "contains" => arguments[0] is JsonArray items ? items.Any(item => AreEqual(item, arguments[1])) : Text(arguments[0]).Contains(Text(arguments[1]), StringComparison.Ordinal),
        "first" => arguments[0]!.AsArray()[0]?.DeepClone(),
        "last" => arguments[0]!.AsArray()[^1]?.DeepClone(),
        "split" => Array(Text(arguments[0]).Split(Text(arguments[1])).Select(part => (JsonNode)part)),
        "format" => Format(Text(arguments[0]), arguments[1..]),
        "string" => arguments[0] is JsonValue value && value.TryGetValue<string>(out var text) ? text : arguments[0]!.ToJsonString(),
        "json" => JsonNode.Parse(Text(arguments[0])),
        "concat" => arguments[0] is JsonArray ? Array(arguments.SelectMany(argument => argument!.AsArray())) : string.Concat(arguments.Select(Text)),
        "createArray" => Array(arguments),
        "createObject" => Object(arguments.Chunk(2).Select(pair => KeyValuePair.Create(Text(pair[0]), pair[1]))),
        "union" => Object(arguments.SelectMany(argument => argument!.AsObject())),
        "uniqueString" => Hash(arguments.Select(Text))[..13],
        "guid" => Guid(arguments.Select(Text)),
        "fail" => throw new ArmFailException(Text(arguments[0])),
        "resourceGroup" => new JsonObject { ["id"] = place.GroupId, ["location"] = "westeurope" },
        "subscription" => new JsonObject { ["subscriptionId"] = ArmPlace.Subscription, ["tenantId"] = "22222222-2222-2222-2222-222222222222" },
        "resourceId" => $"{place.GroupId}/providers/{Tail([.. arguments.Select(Text)])}",
        "subscriptionResourceId" => $"/subscriptions/{ArmPlace.Subscription}/providers/{Tail([.. arguments.Select(Text)])}",
        "extensionResourceId" => $"{Text(arguments[0])}/providers/{Tail([.. arguments[1..].Select(Text)])}",
        "reference" => ArmRuntime.Of(Text(arguments[0])),
        _ => throw new NotSupportedException($"The checks do not know the function {name}."),
    };

    public static bool Truth(JsonNode? value) => (bool)value!;

    public static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonValue plain when plain.TryGetValue<string>(out var text) => text,
        _ => value.ToJsonString(),
    };

    /// <summary>A role assignment's name, as <c>guid()</c> makes it: the same for the same texts, another for others.</summary>
    public static string Guid(IEnumerable<string> parts) => new Guid(Digest(parts).AsSpan(0, 16)).ToString();

    private static string Hash(IEnumerable<string> parts) => Convert.ToHexStringLower(Digest(parts));

    private static byte[] Digest(IEnumerable<string> parts) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('-', parts)));

    private static JsonArray Array(IEnumerable<JsonNode?> items) => [.. items.Select(item => item?.DeepClone())];

    private static JsonObject Object(IEnumerable<KeyValuePair<string, JsonNode?>> members)
    {
        var made = new JsonObject();
        foreach (var (name, value) in members)
        {
            made[name] = value?.DeepClone();
        }

        return made;
    }

    private static string Format(string format, JsonNode?[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            format = format.Replace($"{{{i}}}", Text(arguments[i]), StringComparison.Ordinal);
        }

        return format;
    }

    private static long Number(JsonNode? value) => long.Parse(Text(value), CultureInfo.InvariantCulture);

    private static bool IsEmpty(JsonNode? value) => value switch
    {
        null => true,
        JsonArray items => items.Count == 0,
        JsonObject members => members.Count == 0,
        _ => Text(value).Length == 0,
    };

    private static bool AreEqual(JsonNode? left, JsonNode? right) => left is JsonValue && right is JsonValue
        ? string.Equals(Text(left), Text(right), StringComparison.OrdinalIgnoreCase)
        : JsonNode.DeepEquals(left, right);

    private static string Tail(string[] typeAndNames)
    {
        var types = typeAndNames[0].Split('/');
        return types.Length == typeAndNames.Length
            ? $"{types[0]}/{string.Join('/', types.Skip(1).Zip(typeAndNames.Skip(1), (type, name) => $"{type}/{name}"))}"
            : throw new FormatException($"{typeAndNames[0]} takes {types.Length - 1} names.");
    }
}
