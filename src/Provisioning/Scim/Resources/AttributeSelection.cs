using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim;

/// <summary>What <c>attributes</c> and <c>excludedAttributes</c> leave of a resource (RFC 7644, section 3.9; docs/spec/scim.md, 47).</summary>
/// <remarks>
/// Names come in any case, with or without the URN; those that we do not keep select nothing. <c>id</c> and <c>schemas</c> always stay.
/// With both parameters an attribute must be selected and not excluded.
/// </remarks>
internal sealed class AttributeSelection
{
    /// <summary>Everything.</summary>
    public static readonly AttributeSelection All = new(null, []);

    private readonly List<Selected>? included;
    private readonly List<Selected> excluded;

    private AttributeSelection(List<Selected>? included, List<Selected> excluded)
    {
        this.included = included;
        this.excluded = excluded;
    }

    /// <summary>Reads the two parameters; null and empty mean that the parameter is not there.</summary>
    public static AttributeSelection Parse(string? attributes, string? excludedAttributes, ResourceType type)
    {
        if (string.IsNullOrWhiteSpace(attributes) && string.IsNullOrWhiteSpace(excludedAttributes))
        {
            return All;
        }

        return new(string.IsNullOrWhiteSpace(attributes) ? null : ParseList(attributes, type), ParseList(excludedAttributes ?? "", type));
    }

    /// <summary>True if anything of the attribute will be in the answer: what is false need not be loaded.</summary>
    public bool Includes(ScimAttribute attribute)
        => !excluded.Exists(path => path.Attribute == attribute && path.Sub is null)
            && (included is null || included.Exists(path => path.Attribute == attribute));

    /// <summary>Removes from a resource what was not asked for.</summary>
    public JsonObject Apply(JsonObject resource)
    {
        if (this == All)
        {
            return resource;
        }

        foreach (var name in resource.Select(member => member.Key).ToList())
        {
            if (name is "id" or "schemas")
            {
                continue;
            }

            var extension = resource[name] is JsonObject inner && name.StartsWith("urn:", StringComparison.OrdinalIgnoreCase) ? inner : null;
            if (extension is null)
            {
                Prune(resource, null, name);
                continue;
            }

            foreach (var attribute in extension.Select(member => member.Key).ToList())
            {
                Prune(extension, name, attribute);
            }

            if (extension.Count == 0)
            {
                resource.Remove(name);
            }
        }

        return resource;
    }

    private static List<Selected> ParseList(string list, ResourceType type)
    {
        var found = new List<Selected>();
        foreach (var name in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (type.Resolve(name) is { } path)
            {
                found.Add(new Selected(path.IsExtension ? path.Schema.Id : null, path.Attribute, path.Sub));
            }
            else if (type.FindSchema(name) is { } schema)
            {
                found.AddRange(schema.Attributes.Select(attribute => new Selected(schema == type.Core ? null : schema.Id, attribute, null)));
            }
        }

        // The same name a thousand times is one name.
        return [.. found.Distinct()];
    }

    private void Prune(JsonObject container, string? extension, string name)
    {
        bool Names(Selected path) => path.Extension == extension && path.Attribute.Name == name;

        var wanted = included?.FindAll(Names);
        var unwanted = excluded.FindAll(Names);
        if (wanted is { Count: 0 } || unwanted.Exists(path => path.Sub is null))
        {
            container.Remove(name);
            return;
        }

        var whole = wanted is null || wanted.Exists(path => path.Sub is null);
        if (whole && unwanted.Count == 0)
        {
            return;
        }

        foreach (var element in ScimJson.Items(container[name]).OfType<JsonObject>().ToList())
        {
            foreach (var sub in element.Select(member => member.Key).ToList())
            {
                if ((!whole && !wanted!.Exists(path => path.Sub!.Name == sub)) || unwanted.Exists(path => path.Sub!.Name == sub))
                {
                    element.Remove(sub);
                }
            }
        }
    }

    private sealed record Selected(string? Extension, ScimAttribute Attribute, ScimAttribute? Sub);
}
