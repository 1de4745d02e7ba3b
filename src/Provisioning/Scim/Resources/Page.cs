using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim;

/// <summary>Which part of a list is asked for (RFC 7644, section 3.4.2.4; docs/spec/scim.md, 31 and 46).</summary>
/// <param name="StartIndex">1 or more; echoed in the answer.</param>
/// <param name="Count">0 to <see cref="MaxCount"/>.</param>
internal sealed record Page(int StartIndex, int Count)
{
    public const int MaxCount = 200;

    public const int DefaultCount = 100;

    /// <summary>Schema of the answer.</summary>
    public const string Schema = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

    /// <summary>Reads the two parameters; null and empty mean that the parameter is not there. What is no integer is refused.</summary>
    public static bool TryParse(string? startIndex, string? count, [NotNullWhen(true)] out Page? page, [NotNullWhen(false)] out ScimError? error)
    {
        (page, error) = (null, null);
        if (!TryRead(startIndex, 1, out var start) || !TryRead(count, DefaultCount, out var size))
        {
            error = ScimError.InvalidValue("startIndex and count must be integers.");
            return false;
        }

        page = new Page((int)Math.Clamp(start, 1, int.MaxValue), (int)Math.Clamp(size, 0, MaxCount));
        return true;
    }

    /// <summary>The answer. <paramref name="resources"/> are those of this page, <paramref name="total"/> counts all that matched.</summary>
    public JsonObject Write(int total, IReadOnlyCollection<JsonObject> resources) => new()
    {
        ["schemas"] = new JsonArray(Schema),
        ["totalResults"] = total,
        ["startIndex"] = StartIndex,
        ["itemsPerPage"] = resources.Count,
        ["Resources"] = new JsonArray([.. resources]),
    };

    private static bool TryRead(string? text, int absent, out long value)
    {
        value = absent;
        return string.IsNullOrEmpty(text) || long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }
}
