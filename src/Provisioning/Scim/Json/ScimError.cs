using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim;

/// <summary>What a SCIM client is told when a request fails (docs/spec/scim.md, 12).</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type"><c>scimType</c>; only on 400 and 409.</param>
/// <param name="Detail">One sentence for the administrator who reads the provisioning log. Never a token, SQL, or a stack trace.</param>
internal sealed record ScimError(int Status, string? Type, string Detail)
{
    /// <summary>Schema of every error body.</summary>
    public const string Schema = "urn:ietf:params:scim:api:messages:2.0:Error";

    /// <summary>Longest piece of a request that a detail repeats.</summary>
    private const int MaxQuote = 64;

    public static ScimError InvalidFilter(string detail) => new(400, "invalidFilter", detail);

    public static ScimError InvalidSyntax(string detail) => new(400, "invalidSyntax", detail);

    public static ScimError InvalidPath(string detail) => new(400, "invalidPath", detail);

    public static ScimError InvalidValue(string detail) => new(400, "invalidValue", detail);

    public static ScimError NoTarget(string detail) => new(400, "noTarget", detail);

    public static ScimError Mutability(string detail) => new(400, "mutability", detail);

    public static ScimError Uniqueness(string detail) => new(409, "uniqueness", detail);

    public static ScimError Unauthorized() => new(401, null, "The bearer token is missing or not valid for this address.");

    public static ScimError Forbidden(string detail) => new(403, null, detail);

    /// <summary>One answer for what never was, what is gone, and what is another organization's.</summary>
    public static ScimError NotFound(string id) => new(404, null, $"Resource {Quote(id)} not found.");

    public static ScimError NoSuchEndpoint() => new(404, null, "There is no such endpoint.");

    public static ScimError MethodNotAllowed() => new(405, null, "This endpoint does not take that method.");

    public static ScimError TooLarge(int bytes) => new(413, null, $"The body is larger than {bytes} bytes.");

    public static ScimError UnsupportedMediaType() => new(415, null, "Send application/scim+json or application/json.");

    public static ScimError TooManyRequests() => new(429, null, "Too many requests from this address with wrong tokens.");

    public static ScimError Internal() => new(500, null, "The request failed. Nothing was changed.");

    public static ScimError NotImplemented(string detail) => new(501, null, detail);

    public static ScimError Unavailable() => new(503, null, "The directory cannot be reached at the moment. Nothing was changed.");

    /// <summary>A piece of the request in quotation marks, cut, without control characters.</summary>
    public static string Quote(string text)
    {
        var end = Math.Min(text.Length, MaxQuote);
        if (end < text.Length && char.IsHighSurrogate(text[end - 1]))
        {
            end--;
        }

        var kept = string.Concat(text.AsSpan(0, end).ToString().Select(character => char.IsControl(character) ? ' ' : character));
        return end < text.Length ? $"'{kept}...'" : $"'{kept}'";
    }

    /// <summary>The body: the status is a string, absent members are absent.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["schemas"] = new JsonArray(Schema),
            ["status"] = Status.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        if (Type is not null)
        {
            json["scimType"] = Type;
        }

        json["detail"] = Detail;
        return json;
    }
}
