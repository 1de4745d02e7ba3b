using System.Text.Json;

namespace EncryptionService.AzureStandIn;

/// <summary>The vault's HTTPS door: Key Vault's REST protocol, api-version 7.6, for the five operations that the service uses.</summary>
/// <remarks>
/// (1) the path says operation, key and version; (2) failures that are due before anybody looks at a token; (3) no token or a wrong one: 401 and the
/// challenge; (4) failures of an authenticated request; (5) the api-version; (6) the operation.
/// </remarks>
internal sealed class VaultDoor(VaultOperations operations, TokenIssuer issuer, Faults faults, CallLog log, Func<string> resource)
{
    private const string Version = "7.6";
    private const int MaxBody = 64 * 1024;

    /// <summary>Answers in the vault's place where it returns true; a test's way to a hostile vault.</summary>
    public Func<HttpContext, Task<bool>>? Intercept { get; set; }

    /// <summary>Shown the body of every request.</summary>
    public Action<ReadOnlyMemory<byte>> Tap { get; set; } = _ => { };

    public async Task AnswerAsync(HttpContext context)
    {
        var (operation, key, version) = Read(context.Request); // (1)
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        Tap(body.ToArray());
        var status = 0;
        try
        {
            if (Intercept is { } intercept && await intercept(context))
            {
                status = context.Response.StatusCode;
                return;
            }

            if (await AnswerAsync(context, operation, key, version, body) is { } answer)
            {
                status = answer.Status;
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/json; charset=utf-8";
                context.Response.Headers.CacheControl = "no-cache";
                await context.Response.WriteAsync(answer.Body.ToJsonString(), context.RequestAborted);
            }
        }
        finally
        {
            log.Add(new VaultCall(operation, key, version, context.Request.Headers.Authorization.ToString(), body.Length, status));
        }
    }

    private async Task<VaultAnswer?> AnswerAsync(HttpContext context, string operation, string key, string version, MemoryStream body)
    {
        if (faults.Take(beforeToken: true, operation, key) is { } early) // (2)
        {
            return await FailAsync(context, early);
        }

        if (Unauthorized(context) is { } refusal) // (3)
        {
            return refusal;
        }

        if (faults.Take(beforeToken: false, operation, key) is { } late) // (4)
        {
            return await FailAsync(context, late);
        }

        if (context.Request.Query["api-version"] != Version) // (5)
        {
            return VaultAnswer.BadParameter($"The specified version is not recognized: {context.Request.Query["api-version"]}");
        }

        return operation.Length == 0
            ? VaultAnswer.Error(404, "NotFound", "The stand-in has no such operation.")
            : operations.Do(operation, key, version, Parse(body)); // (6)
    }

    private async Task<VaultAnswer?> FailAsync(HttpContext context, Fault fault)
    {
        if (fault.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        switch (fault.Kind)
        {
            case FaultKind.Abort:
                context.Abort();
                break;
            case FaultKind.Hang:
                var never = new TaskCompletionSource();
                await using (context.RequestAborted.Register(never.SetResult))
                {
                    await never.Task;
                }

                break;
            case FaultKind.Unauthorized:
                Challenge(context, null);
                break;
        }

        return VaultAnswer.Of(fault);
    }

    private VaultAnswer? Unauthorized(HttpContext context)
    {
        const string Scheme = "Bearer ";
        var shown = context.Request.Headers.Authorization.ToString();
        if (!shown.StartsWith(Scheme, StringComparison.Ordinal))
        {
            Challenge(context, null);
            return VaultAnswer.Error(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.");
        }

        if (issuer.Check(shown[Scheme.Length..], resource()) is { } wrong)
        {
            Challenge(context, wrong);
            return VaultAnswer.Error(401, "Unauthorized", wrong);
        }

        return null;
    }

    private void Challenge(HttpContext context, string? wrong)
        => context.Response.Headers.WWWAuthenticate = $"Bearer authorization=\"https://login.microsoftonline.com/{TokenIssuer.Tenant}\", resource=\"{resource()}\""
            + (wrong is null ? "" : $", error=\"invalid_token\", error_description=\"{wrong}\"");

    private static (string Operation, string Key, string Version) Read(HttpRequest request)
    {
        var parts = request.Path.Value!.Trim('/').Split('/');
        if (parts is not ["keys", var key, ..])
        {
            return ("", "", "");
        }

        var version = parts.Length > 2 ? parts[2] : "";
        return (HttpMethods.IsGet(request.Method), parts) switch
        {
            (true, { Length: 2 or 3 }) => ("get", key, version),
            (false, { Length: 3 }) when HttpMethods.IsPatch(request.Method) => ("update", key, version),
            (false, [_, _, _, "wrapkey" or "unwrapkey" or "sign"]) when HttpMethods.IsPost(request.Method) => (parts[3], key, version),
            _ => ("", key, version),
        };
    }

    private static JsonElement Parse(MemoryStream body)
    {
        try
        {
            return body.Length is 0 or > MaxBody ? default : JsonElement.Parse(body.ToArray());
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
