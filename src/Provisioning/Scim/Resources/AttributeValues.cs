using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim;

/// <summary>
/// Brings values into the shape in which we keep them. Text stays as it was sent; <c>null</c> and <c>""</c> mean that there is no value;
/// identity providers' spellings of booleans, single elements and one-element arrays are understood (docs/spec/scim.md, 16, 20, 23).
/// </summary>
internal static class AttributeValues
{
    /// <summary>Reads all that we keep of a resource of that type, in the order of the schema.</summary>
    public static bool TryReadAll(ResourceType type, JsonObject body, [NotNullWhen(true)] out JsonObject? kept, [NotNullWhen(false)] out ScimError? error)
    {
        kept = ScimJson.NewObject();
        error = null;
        foreach (var schema in type.Schemas)
        {
            var extension = schema == type.Core ? null : body[schema.Id];
            var source = schema == type.Core ? body : extension as JsonObject;
            if (source is null && extension is not null)
            {
                error = ScimError.InvalidValue($"'{schema.Id}' must be an object.");
            }
            else if (source is not null)
            {
                error = ReadInto(kept, schema == type.Core ? null : schema.Id, schema.Attributes, source);
            }

            if (error is not null)
            {
                kept = null;
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads one value. <paramref name="kept"/> is null where there is none; an empty list counts as none.</summary>
    public static bool TryRead(ScimAttribute attribute, JsonNode? node, out JsonNode? kept, [NotNullWhen(false)] out ScimError? error)
        => attribute.IsMultiValued ? TryReadMany(attribute, node, out kept, out error) : TryReadOne(attribute, node, out kept, out error);

    /// <summary>Reads one element of a multi-valued attribute, or the value of a single-valued one.</summary>
    public static bool TryReadOne(ScimAttribute attribute, JsonNode? node, out JsonNode? kept, [NotNullWhen(false)] out ScimError? error)
    {
        if (node is JsonArray { Count: <= 1 } array)
        {
            node = array.Count == 0 ? null : array[0];
        }

        (kept, error) = (null, null);
        if (attribute.Kind == AttributeKind.Complex)
        {
            return TryReadComplex(attribute, node, out kept, out error);
        }

        if (node is JsonObject wrapped && wrapped.ContainsKey("value"))
        {
            node = wrapped["value"];
        }

        if (attribute.IsRequired)
        {
            kept = string.IsNullOrWhiteSpace(ScimJson.AsText(node)) ? null : node!.DeepClone();
            error = kept is null ? ScimError.InvalidValue($"'{attribute.Name}' is required and must be a string that is not empty.") : TooLong(attribute, kept);
        }
        else if (node is not null && (attribute.Kind == AttributeKind.Flag || ScimJson.AsText(node) is not ""))
        {
            kept = Convert(attribute, node);
            error = kept is null ? Wrong(attribute) : TooLong(attribute, kept);
        }

        return error is null;
    }

    /// <summary>True if an element says something: not only what type it is and whether it is the primary one.</summary>
    public static bool HasSubstance(ScimAttribute attribute, JsonObject element)
        => element.Any(member => attribute.Sub(member.Key) is { HasSubstance: true });

    private static ScimError? ReadInto(JsonObject kept, string? extension, IReadOnlyList<ScimAttribute> attributes, JsonObject source)
    {
        var target = extension is null ? kept : ScimJson.NewObject();
        foreach (var attribute in attributes)
        {
            if (!TryRead(attribute, source[attribute.Name], out var value, out var error))
            {
                return error;
            }

            if (value is not null)
            {
                target[attribute.Name] = value;
            }
        }

        if (extension is not null && target.Count > 0)
        {
            kept[extension] = target;
        }

        return null;
    }

    private static bool TryReadMany(ScimAttribute attribute, JsonNode? node, out JsonNode? kept, [NotNullWhen(false)] out ScimError? error)
    {
        var elements = new JsonArray();
        kept = null;
        error = null;
        foreach (var item in ScimJson.Items(node))
        {
            if (!TryReadOne(attribute, item, out var element, out error))
            {
                return false;
            }

            if (element is JsonObject json && HasSubstance(attribute, json))
            {
                elements.Add(element);
            }
        }

        if (elements.Count > ScimAttribute.MaxElements)
        {
            error = ScimError.InvalidValue($"'{attribute.Name}' has more than {ScimAttribute.MaxElements} elements.");
            return false;
        }

        kept = elements.Count == 0 ? null : elements;
        return true;
    }

    private static bool TryReadComplex(ScimAttribute attribute, JsonNode? node, out JsonNode? kept, [NotNullWhen(false)] out ScimError? error)
    {
        (kept, error) = (null, null);
        if (ScimJson.AsText(node) is { } text && (text.Length == 0 || attribute.Sub("value") is not null))
        {
            node = text.Length == 0 ? null : new JsonObject { ["value"] = text };
        }

        if (node is null)
        {
            return true;
        }

        if (node is not JsonObject source)
        {
            error = Wrong(attribute);
            return false;
        }

        var target = ScimJson.NewObject();
        error = ReadInto(target, null, attribute.SubAttributes, source);
        kept = target.Count > 0 ? target : null;
        return error is null;
    }

    private static JsonNode? Convert(ScimAttribute attribute, JsonNode node)
    {
        var kind = node.GetValueKind();
        if (attribute.Kind == AttributeKind.Flag)
        {
            return kind is JsonValueKind.True or JsonValueKind.False ? node.DeepClone()
                : ScimJson.AsText(node) is { } word && ScimJson.TryReadFlag(word, out var flag) ? JsonValue.Create(flag)
                : null;
        }

        return kind == JsonValueKind.String ? node.DeepClone()
            : kind == JsonValueKind.Number ? JsonValue.Create(node.ToJsonString())
            : null;
    }

    private static ScimError Wrong(ScimAttribute attribute) => ScimError.InvalidValue($"'{attribute.Name}' must be {attribute.Kind switch
    {
        AttributeKind.Flag => "true or false",
        AttributeKind.Complex => "an object",
        _ => "a string",
    }}.");

    private static ScimError? TooLong(ScimAttribute attribute, JsonNode value)
        => ScimJson.AsText(value) is { } text && text.Length > attribute.MaxLength
            ? ScimError.InvalidValue($"'{attribute.Name}' is longer than {attribute.MaxLength} characters.")
            : null;
}
