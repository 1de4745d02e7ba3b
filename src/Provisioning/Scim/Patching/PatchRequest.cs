using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim;

/// <summary>Kinds of operations (RFC 7644, section 3.5.2).</summary>
internal enum PatchKind
{
    Add,
    Replace,
    Remove,
}

/// <summary>One operation. <paramref name="Path"/> is null where the value names its attributes itself.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Path">Where; not parsed yet, because what it may be depends on the resource.</param>
/// <param name="Value">With what; null also stands for a JSON null.</param>
/// <param name="HasValue">True if the operation has a value, be it null.</param>
internal sealed record PatchOperation(PatchKind Kind, string? Path, JsonNode? Value, bool HasValue);

/// <summary>The body of a PATCH, in either dialect of Entra ID or Okta's (docs/spec/scim.md, 18).</summary>
internal sealed class PatchRequest
{
    /// <summary>Schema of the body.</summary>
    public const string Schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    /// <summary>Most operations of a request. IdPs send a handful.</summary>
    public const int MostOperations = 1_000;

    private PatchRequest(IReadOnlyList<PatchOperation> operations) => Operations = operations;

    /// <summary>At least one, in order.</summary>
    public IReadOnlyList<PatchOperation> Operations { get; }

    /// <summary>Reads a body (from <see cref="ScimJson.TryReadObject"/>). Operations that we do not know are errors; attributes that we do not know are not.</summary>
    public static bool TryRead(JsonObject body, [NotNullWhen(true)] out PatchRequest? patch, [NotNullWhen(false)] out ScimError? error)
    {
        patch = null;
        if (body[nameof(Operations)] is not JsonArray { Count: > 0 } list)
        {
            error = ScimError.InvalidSyntax("The body has no Operations.");
            return false;
        }

        if (list.Count > MostOperations)
        {
            error = ScimError.InvalidSyntax($"The body has more than {MostOperations} Operations. Send several requests, or several values in one operation.");
            return false;
        }

        var operations = new List<PatchOperation>(list.Count);
        foreach (var item in list)
        {
            if (!TryRead(item, out var operation, out error))
            {
                return false;
            }

            operations.Add(operation);
        }

        (patch, error) = (new PatchRequest(operations), null);
        return true;
    }

    private static bool TryRead(JsonNode? item, [NotNullWhen(true)] out PatchOperation? operation, [NotNullWhen(false)] out ScimError? error)
    {
        operation = null;
        if (item is not JsonObject json)
        {
            error = ScimError.InvalidSyntax("An operation is not an object.");
            return false;
        }

        PatchKind? kind = ScimJson.AsText(json["op"])?.ToUpperInvariant() switch
        {
            "ADD" => PatchKind.Add,
            "REPLACE" => PatchKind.Replace,
            "REMOVE" => PatchKind.Remove,
            _ => null,
        };
        if (kind is null)
        {
            error = ScimError.InvalidSyntax("The op of an operation must be add, replace or remove.");
            return false;
        }

        var path = ScimJson.AsText(json["path"]);
        if (path is null && json["path"] is not null)
        {
            error = ScimError.InvalidPath("The path of an operation must be a string.");
            return false;
        }

        path = string.IsNullOrWhiteSpace(path) ? null : path;
        if (path is null && kind == PatchKind.Remove)
        {
            error = ScimError.NoTarget("An operation that removes needs a path.");
            return false;
        }

        (operation, error) = (new PatchOperation(kind.Value, path, json["value"], json.ContainsKey("value")), null);
        return true;
    }
}
