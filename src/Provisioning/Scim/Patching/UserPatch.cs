using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim;

/// <summary>Applies a PATCH to what we keep of a user (docs/spec/scim.md, 18 to 23, 37, 45).</summary>
internal sealed class UserPatch
{
    private readonly JsonObject attributes;
    private readonly string id;

    private UserPatch(JsonObject attributes, string id)
    {
        this.attributes = attributes;
        this.id = id;
    }

    /// <summary>Applies all operations or, where one is wrong, none: <paramref name="user"/> is never changed.</summary>
    /// <param name="user">The user as it is.</param>
    /// <param name="patch">The operations.</param>
    /// <param name="id">Id of the user, which an operation may repeat but not change.</param>
    /// <param name="patched">The user as it is to be.</param>
    /// <param name="error">What is wrong with the first operation that is.</param>
    public static bool TryApply(
        UserBody user, PatchRequest patch, string id, [NotNullWhen(true)] out UserBody? patched, [NotNullWhen(false)] out ScimError? error)
    {
        var work = new UserPatch(user.Attributes.DeepClone().AsObject(), id);
        error = null;
        foreach (var operation in patch.Operations)
        {
            error ??= PatchWalk.Visit(operation, ResourceType.User, work.Apply);
        }

        work.DropHollowElements();
        patched = error is null ? UserBody.FromPatched(work.attributes) : null;
        return patched is not null;
    }

    private ScimError? Apply(PatchStep step)
    {
        var path = step.Target.Path;
        if (path.Attribute == CommonAttributes.Id)
        {
            return PatchWalk.CheckId(step, id);
        }

        var container = path.IsExtension ? attributes[path.Schema.Id] as JsonObject ?? ScimJson.NewObject() : attributes;
        var error = path.Attribute.IsMultiValued ? ElementPatch.Apply(container, step) : ApplySingle(container, step);
        if (error is null && path.IsExtension)
        {
            attributes.Remove(path.Schema.Id);
            if (container.Count > 0)
            {
                attributes[path.Schema.Id] = container;
            }
        }

        // Nobody is suspended or restored by a value that says nothing, whatever shape the nothing has.
        return path.Attribute == UserSchema.Active && !attributes.ContainsKey(UserSchema.Active.Name)
            ? ScimError.InvalidValue("'active' must be true or false.")
            : error;
    }

    private static ScimError? ApplySingle(JsonObject container, PatchStep step)
    {
        var (attribute, sub) = (step.Target.Path.Attribute, step.Target.Path.Sub);
        var value = step.Kind == PatchKind.Remove ? null : step.Value;
        if (attribute.Kind != AttributeKind.Complex)
        {
            return Set(container, attribute, value);
        }

        var whole = container[attribute.Name] as JsonObject ?? ScimJson.NewObject();
        container.Remove(attribute.Name);
        ScimError? error = null;
        if (sub is not null)
        {
            error = Set(whole, sub, value);
        }
        else if ((value is JsonArray { Count: 1 } array ? array[0] : value) is JsonObject parts)
        {
            // What the value does not name stays (RFC 7644, section 3.5.2.3).
            foreach (var part in attribute.SubAttributes.Where(part => parts.ContainsKey(part.Name)))
            {
                error ??= Set(whole, part, parts[part.Name]);
            }
        }
        else if (AttributeValues.TryReadOne(attribute, value, out var kept, out error))
        {
            whole = kept as JsonObject ?? [];
        }

        if (error is null && AttributeValues.HasSubstance(attribute, whole))
        {
            container[attribute.Name] = whole;
        }

        return error;
    }

    private static ScimError? Set(JsonObject container, ScimAttribute attribute, JsonNode? value)
    {
        if (!AttributeValues.TryRead(attribute, value, out var kept, out var error))
        {
            return error;
        }

        container.Remove(attribute.Name);
        if (kept is not null)
        {
            container[attribute.Name] = kept;
        }

        return null;
    }

    /// <summary>Elements that are left with a type only. An empty list of e-mail addresses stays: it says that they were cleared, not that they were never sent.</summary>
    private void DropHollowElements()
    {
        foreach (var attribute in UserSchema.Core.Attributes.Where(attribute => attribute.IsMultiValued))
        {
            if (attributes[attribute.Name] is not JsonArray elements)
            {
                continue;
            }

            elements.RemoveAll(element => element is not JsonObject json || !AttributeValues.HasSubstance(attribute, json));
            if (elements.Count == 0 && attribute != UserSchema.Emails)
            {
                attributes.Remove(attribute.Name);
            }
        }
    }
}
