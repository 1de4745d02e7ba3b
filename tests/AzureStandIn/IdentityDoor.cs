using System.Globalization;
using System.Text.Json.Nodes;

namespace EncryptionService.AzureStandIn;

/// <summary>The managed identity endpoint as the container platform has it: a GET with a header that only the app knows.</summary>
internal sealed class IdentityDoor(TokenIssuer issuer, Faults faults, CallLog log, string header, string clientId)
{
    public const string Path = "/msi/token";
    public const string HeaderName = "X-IDENTITY-HEADER";

    /// <summary>Answers in the endpoint's place where it returns true.</summary>
    public Func<HttpContext, Task<bool>>? Intercept { get; set; }

    public async Task AnswerAsync(HttpContext context)
    {
        if (Intercept is { } intercept && await intercept(context))
        {
            return;
        }

        var (status, body) = Answer(context.Request);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    private (int Status, JsonObject Body) Answer(HttpRequest request)
    {
        string Query(string name) => request.Query[name].ToString();
        if (faults.IdentityAway)
        {
            return Refuse(503, "The managed identity endpoint is not ready.");
        }

        if (request.Headers[HeaderName] != header)
        {
            return Refuse(401, "The identity header is wrong.");
        }

        if (!HttpMethods.IsGet(request.Method) || Query("api-version") != "2019-08-01" || Query("resource").Length == 0)
        {
            return Refuse(400, "api-version 2019-08-01 and a resource are required.");
        }

        if (Query("client_id") != clientId)
        {
            return Refuse(400, "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.");
        }

        log.AddToken(Query("resource"));
        var (token, expiresOn) = issuer.Issue(Query("resource"), clientId);
        return (200, new JsonObject
        {
            ["access_token"] = token,
            ["expires_on"] = expiresOn.ToString(CultureInfo.InvariantCulture),
            ["resource"] = Query("resource"),
            ["token_type"] = "Bearer",
            ["client_id"] = clientId,
        });
    }

    private static (int Status, JsonObject Body) Refuse(int status, string message) => (status, new JsonObject { ["statusCode"] = status, ["message"] = message });
}
