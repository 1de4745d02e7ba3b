using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim;

/// <summary>A part of an operation: one attribute that we keep, and what to do with it.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Target">Where.</param>
/// <param name="Value">With what.</param>
/// <param name="IsNamedByValue">True if not the operation's path but its value named the attribute.</param>
internal sealed record PatchStep(PatchKind Kind, PatchPath.Target Target, JsonNode? Value, bool IsNamedByValue = false);

/// <summary>
/// Takes an operation apart into steps, each on one attribute, whatever the dialect: paths, path-less values, dotted and URN keys,
/// whole extensions (docs/spec/scim.md, 19, 20, 37, 41).
/// </summary>
internal static class PatchWalk
{
    /// <summary>Visits the steps in order until one fails. What we do not keep is passed over.</summary>
    public static ScimError? Visit(PatchOperation operation, ResourceType type, Func<PatchStep, ScimError?> visit)
    {
        if (operation.Path is null)
        {
            return VisitMembers(operation.Kind, operation.Value, "", type, visit);
        }

        if (!PatchPath.TryParse(operation.Path, type, out var path, out var error))
        {
            return error;
        }

        if (path is not PatchPath.Unknown && operation.Kind != PatchKind.Remove && !operation.HasValue)
        {
            return ScimError.InvalidValue("An operation that adds or replaces needs a value.");
        }

        return Visit(operation.Kind, path, operation.Value, type, visit);
    }

    /// <summary>An id may be repeated, never changed or removed.</summary>
    public static ScimError? CheckId(PatchStep step, string id)
        => step.Kind != PatchKind.Remove && ScimJson.AsText(step.Value) == id ? null : ScimError.Mutability("The id of a resource cannot be changed.");

    private static ScimError? Visit(PatchKind kind, PatchPath path, JsonNode? value, ResourceType type, Func<PatchStep, ScimError?> visit)
    {
        switch (path)
        {
            case PatchPath.Root when kind == PatchKind.Remove:
                return ScimError.NoTarget("A whole resource is removed by DELETE.");
            case PatchPath.Root:
                return VisitMembers(kind, value, "", type, visit);
            case PatchPath.Extension extension when kind == PatchKind.Remove || value is null:
                foreach (var attribute in extension.Schema.Attributes)
                {
                    if (visit(new PatchStep(PatchKind.Remove, new PatchPath.Target(new AttributePath(extension.Schema, true, attribute, null), null), null)) is { } failure)
                    {
                        return failure;
                    }
                }

                return null;
            case PatchPath.Extension extension:
                return VisitMembers(kind, value, extension.Schema.Id + ":", type, visit);
            case PatchPath.Target { Path.Attribute: var attribute } when attribute == CommonAttributes.Schemas || attribute == CommonAttributes.Meta:
                return null;
            case PatchPath.Target target:
                return visit(new PatchStep(kind, target, value));
            default:
                return null;
        }
    }

    /// <summary>A value that names its attributes itself: each member's name is a path.</summary>
    private static ScimError? VisitMembers(PatchKind kind, JsonNode? value, string prefix, ResourceType type, Func<PatchStep, ScimError?> visit)
    {
        if (value is not JsonObject members)
        {
            return ScimError.InvalidValue("Without the path of an attribute the value must be an object.");
        }

        foreach (var (name, inner) in members)
        {
            // A name that cannot be a path is that of an attribute that we do not keep.
            if (!PatchPath.TryParse(prefix + name, type, out var path, out var error))
            {
                if (name.Contains('[', StringComparison.Ordinal))
                {
                    return error;
                }

                continue;
            }

            if (Visit(kind, path, inner, type, step => visit(step with { IsNamedByValue = true })) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }
}
