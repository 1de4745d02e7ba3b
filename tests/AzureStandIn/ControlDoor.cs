using System.Text.Json;
using System.Text.Json.Nodes;

namespace EncryptionService.AzureStandIn;

/// <summary>Lets a test steer a stand-in that runs as a process: <c>/control</c> beside the identity endpoint, for who knows the identity header.</summary>
/// <remarks>
/// GET answers what was asked so far: <c>{"get":1,"unwrapkey":1,…,"tokens":2}</c>, answered with 200 only. POST takes one object with a member <c>do</c>:
/// <c>rotate</c> (key), <c>delete</c> and <c>recover</c> (key), <c>set</c> (key; version, enabled, nbf, exp, each optional), <c>fail</c> (kind; operation, key,
/// times, retryAfter, each optional), <c>identity-away</c>, <c>heal</c> (no failure is due any more), <c>forget</c> (counts from zero).
/// </remarks>
internal sealed class ControlDoor(KeyBook keys, Faults faults, CallLog log, string header)
{
    public const string Path = "/control";

    public async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Headers[IdentityDoor.HeaderName] != header)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        JsonObject answer;
        try
        {
            answer = HttpMethods.IsPost(context.Request.Method)
                ? Obey((await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted)).RootElement)
                : Counts();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or ArgumentException or InvalidOperationException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            answer = new JsonObject { ["problem"] = exception.Message };
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    private JsonObject Counts()
    {
        var counts = new JsonObject();
        foreach (var operation in new[] { "get", "wrapkey", "unwrapkey", "sign" })
        {
            counts[operation] = log.Done(operation);
        }

        counts["tokens"] = log.Tokens.Count;
        return counts;
    }

    private JsonObject Obey(JsonElement order)
    {
        var answer = new JsonObject();
        switch (order.GetProperty("do").GetString())
        {
            case "rotate":
                answer["version"] = keys.Rotate(Text(order, "key")!);
                break;
            case "delete":
                keys.SetDeleted(Text(order, "key")!, true);
                break;
            case "recover":
                keys.SetDeleted(Text(order, "key")!, false);
                break;
            case "set":
                keys.Change(Text(order, "key")!, Text(order, "version"), version => version with
                {
                    Enabled = order.TryGetProperty("enabled", out var enabled) ? enabled.GetBoolean() : version.Enabled,
                    NotBefore = order.TryGetProperty("nbf", out var from) ? Number(from) : version.NotBefore,
                    Expires = order.TryGetProperty("exp", out var until) ? Number(until) : version.Expires,
                });
                break;
            case "fail":
                faults.Add(new Fault(
                    Enum.Parse<FaultKind>(Text(order, "kind")!, ignoreCase: true), Text(order, "operation"), Text(order, "key"), Whole(order, "times"), Whole(order, "retryAfter")));
                break;
            case "identity-away":
                faults.IdentityAway = true;
                break;
            case "heal":
                faults.Clear();
                break;
            case "forget":
                log.Clear();
                break;
            default:
                throw new ArgumentException("'do' is none of the known orders");
        }

        return answer;
    }

    private static string? Text(JsonElement order, string name) => order.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static int? Whole(JsonElement order, string name) => order.TryGetProperty(name, out var value) ? value.GetInt32() : null;

    private static long? Number(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetInt64();
}
