using System.Text.Json.Nodes;

namespace EncryptionService.AzureStandIn;

/// <summary>An answer of the vault: a status and a JSON body.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The body.</param>
internal sealed record VaultAnswer(int Status, JsonObject Body)
{
    public static VaultAnswer Ok(JsonObject body) => new(200, body);

    /// <summary>An error as Key Vault words it: a code, a message, and where there is one, an inner code.</summary>
    public static VaultAnswer Error(int status, string code, string message, string? inner = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (inner is not null)
        {
            error["innererror"] = new JsonObject { ["code"] = inner };
        }

        return new VaultAnswer(status, new JsonObject { ["error"] = error });
    }

    public static VaultAnswer Forbidden(string message, string? inner = null) => Error(403, "Forbidden", message, inner);

    public static VaultAnswer BadParameter(string message) => Error(400, "BadParameter", message);

    public static VaultAnswer NotFound(string key) => Error(
        404, "KeyNotFound", $"A key with (name/id) {key} was not found in this key vault. If you recently deleted this key you may be able to recover it using the correct recovery command.");

    /// <summary>The answer of a failure that is due; null where there is none to give.</summary>
    public static VaultAnswer? Of(Fault fault) => fault.Kind switch
    {
        FaultKind.ForbiddenByRbac => Forbidden(
            "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nAssignment: (not found)\r\n",
            "ForbiddenByRbac"),
        FaultKind.ForbiddenByFirewall => Forbidden("Client address is not authorized and caller is not a trusted service.\r\n", "ForbiddenByFirewall"),
        FaultKind.ForbiddenByConnection => Forbidden(
            "Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\n", "ForbiddenByConnection"),
        FaultKind.Forbidden => Forbidden("Forbidden"),
        FaultKind.Unauthorized => Error(401, "Unauthorized", "AKV10032: Invalid issuer."),
        FaultKind.Throttled => Error(429, "Throttled", "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached"),
        FaultKind.Unavailable => Error(503, "ServiceUnavailable", "The service is temporarily unavailable."),
        _ => null,
    };
}
