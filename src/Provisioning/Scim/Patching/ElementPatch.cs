using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim;

/// <summary>Applies a step to a multi-valued attribute of a user: e-mail addresses, telephone numbers, postal addresses.</summary>
internal sealed class ElementPatch
{
    private readonly JsonArray elements;
    private readonly PatchStep step;
    private readonly ScimAttribute attribute;

    /// <summary>Elements that the step wrote.</summary>
    private readonly List<JsonObject> written = [];

    private ElementPatch(JsonArray elements, PatchStep step)
    {
        this.elements = elements;
        this.step = step;
        attribute = step.Target.Path.Attribute;
    }

    /// <summary>Applies the step to the attribute's list in <paramref name="container"/>.</summary>
    public static ScimError? Apply(JsonObject container, PatchStep step)
    {
        var name = step.Target.Path.Attribute.Name;
        var elements = container[name] as JsonArray ?? [];
        container.Remove(name);
        var work = new ElementPatch(elements, step);
        var error = step.Target switch
        {
            { Path.Sub: { } sub } => work.ApplySub(sub),
            { Selector: null } => work.ApplyAll(),
            _ => work.ApplySelected(),
        };
        work.KeepOnePrimary();
        container[name] = elements;
        return error ?? (elements.Count > ScimAttribute.MaxElements
            ? ScimError.InvalidValue($"'{name}' has more than {ScimAttribute.MaxElements} elements.")
            : null);
    }

    /// <summary><c>emails</c></summary>
    private ScimError? ApplyAll()
    {
        if (!AttributeValues.TryRead(attribute, step.Value, out var value, out var error))
        {
            return error;
        }

        var given = (value as JsonArray)?.OfType<JsonObject>().Select(element => element.DeepClone().AsObject()).ToList() ?? [];
        if (step.Kind == PatchKind.Remove)
        {
            // With a value only those elements go that it describes, as for members.
            elements.RemoveAll(element => step.Value is null || given.Exists(part => Describes(part, element)));
            return null;
        }

        if (step.Kind == PatchKind.Replace)
        {
            elements.Clear();
        }

        foreach (var element in given.Where(element => !elements.Any(known => JsonNode.DeepEquals(known, element))))
        {
            AddElement(element);
        }

        return null;
    }

    /// <summary><c>emails[type eq "work"]</c></summary>
    private ScimError? ApplySelected()
    {
        if (step.Kind == PatchKind.Remove)
        {
            elements.RemoveAll(IsSelected);
            return null;
        }

        if (!AttributeValues.TryReadOne(attribute, step.Value, out var value, out var error))
        {
            return error;
        }

        if (value is not JsonObject given)
        {
            elements.RemoveAll(IsSelected);
            return null;
        }

        var template = Template();
        var selected = elements.Where(IsSelected).OfType<JsonObject>().ToList();
        if (selected.Count == 0)
        {
            return template is null ? NoTarget() : AddElement(Merge(template, given));
        }

        foreach (var element in selected)
        {
            if (step.Kind == PatchKind.Replace)
            {
                // What selected the element stays what it is, unless the value says otherwise.
                element.Clear();
                Merge(element, template ?? []);
            }

            written.Add(Merge(element, given));
        }

        return null;
    }

    /// <summary><c>emails.value</c> and <c>emails[type eq "work"].value</c></summary>
    private ScimError? ApplySub(ScimAttribute sub)
    {
        if (!AttributeValues.TryReadOne(sub, step.Kind == PatchKind.Remove ? null : step.Value, out var value, out var error))
        {
            return error;
        }

        var selected = elements.Where(IsSelected).OfType<JsonObject>().ToList();
        if (value is not null && selected.Count == 0)
        {
            // An element that is not there yet is made, whatever the op: Entra ID does not know what we keep (docs/spec/scim.md, 21).
            return Template() is { } template ? AddElement(Merge(template, new JsonObject { [sub.Name] = value })) : NoTarget();
        }

        foreach (var element in selected)
        {
            element.Remove(sub.Name);
            if (value is not null)
            {
                element[sub.Name] = value.DeepClone();
                written.Add(element);
            }
        }

        return null;
    }

    private bool IsSelected(JsonNode? element)
        => element is JsonObject json && (step.Target.Selector is null || FilterEvaluator.MatchesElement(step.Target.Selector, json));

    /// <summary>The element that the selector describes; null where it does not describe one.</summary>
    private JsonObject? Template()
    {
        var template = ScimJson.NewObject();
        foreach (var part in step.Target.Selector?.Conjuncts() ?? [])
        {
            if (part is not Filter.Comparison { Operator: FilterOperator.Eq } comparison
                || (comparison.Value as FilterValue.Text)?.Value.Length > comparison.Path.Leaf.MaxLength)
            {
                return null;
            }

            template[comparison.Path.Leaf.Name] = comparison.Value switch
            {
                FilterValue.Text text => JsonValue.Create(text.Value),
                FilterValue.Flag flag => JsonValue.Create(flag.Value),
                _ => null,
            };
        }

        template.Where(member => member.Value is null).Select(member => member.Key).ToList().ForEach(name => template.Remove(name));
        return template;
    }

    private static bool Describes(JsonObject part, JsonNode? element)
        => element is JsonObject json && part.All(member => JsonNode.DeepEquals(member.Value, json[member.Key]));

    private static JsonObject Merge(JsonObject element, JsonObject given)
    {
        foreach (var (name, value) in given)
        {
            element[name] = value?.DeepClone();
        }

        return element;
    }

    private ScimError? AddElement(JsonObject element)
    {
        elements.Add(element);
        written.Add(element);
        return null;
    }

    private ScimError NoTarget() => ScimError.NoTarget($"No element of '{attribute.Name}' is selected.");

    /// <summary>A new primary element takes the place of the old one (RFC 7644, section 3.5.2).</summary>
    private void KeepOnePrimary()
    {
        static bool IsPrimary(JsonObject element) => element["primary"]?.GetValue<bool>() == true;

        if (!written.Exists(IsPrimary))
        {
            return;
        }

        foreach (var other in elements.OfType<JsonObject>().Where(element => !written.Contains(element) && IsPrimary(element)))
        {
            other["primary"] = false;
        }
    }
}
