using System.Diagnostics.CodeAnalysis;

namespace EncryptionService.Provisioning.Scim;

/// <summary>
/// Reads a PATCH on a group as a change, without the list of its members: a group of 10,000 costs what the change costs
/// (docs/spec/scim.md, 26, 41, 52).
/// </summary>
internal sealed class GroupPatch
{
    private readonly string id;
    private readonly List<MemberChange> members = [];
    private string? displayName;
    private bool changesExternalId;
    private string? externalId;

    private GroupPatch(string id) => this.id = id;

    /// <summary>Reads all operations or, where one is wrong, none.</summary>
    /// <param name="patch">The operations.</param>
    /// <param name="id">Id of the group, which an operation may repeat but not change.</param>
    /// <param name="change">What to do.</param>
    /// <param name="error">What is wrong with the first operation that is.</param>
    public static bool TryRead(PatchRequest patch, string id, [NotNullWhen(true)] out GroupChange? change, [NotNullWhen(false)] out ScimError? error)
    {
        var reading = new GroupPatch(id);
        error = null;
        foreach (var operation in patch.Operations)
        {
            error ??= PatchWalk.Visit(operation, ResourceType.Group, reading.Apply);
        }

        change = error is null ? new GroupChange(reading.displayName, reading.changesExternalId, reading.externalId, reading.members) : null;
        return change is not null;
    }

    private ScimError? Apply(PatchStep step)
    {
        var attribute = step.Target.Path.Attribute;
        if (attribute == CommonAttributes.Id)
        {
            return PatchWalk.CheckId(step, id);
        }

        if (attribute == GroupSchema.Members)
        {
            return ApplyMembers(step);
        }

        // A removed value is a null one: displayName is required and refuses it.
        if (!AttributeValues.TryRead(attribute, step.Kind == PatchKind.Remove ? null : step.Value, out var value, out var error))
        {
            return error;
        }

        if (attribute == GroupSchema.DisplayName)
        {
            displayName = ScimJson.AsText(value);
        }
        else
        {
            (changesExternalId, externalId) = (true, ScimJson.AsText(value));
        }

        return null;
    }

    private ScimError? ApplyMembers(PatchStep step)
    {
        if (step.Target.Path.Sub is { } sub)
        {
            return sub.Name == "value" ? ScimError.Mutability("The id of a member cannot be changed; add and remove members.") : null;
        }

        if (step.Target.Selector is { } selector)
        {
            return ApplySelected(step.Kind, selector);
        }

        var isEmpty = step.Value is null || ScimJson.AsText(step.Value) is "";
        if (isEmpty)
        {
            // A null beside other attributes says nothing; "members": [] is what empties a group there.
            if (step.Kind != PatchKind.Add && !step.IsNamedByValue)
            {
                members.Add(new MemberChange.Replace([]));
            }

            return null;
        }

        if (!MemberIds.TryRead(step.Value!, out var ids, out var error))
        {
            return error;
        }

        members.Add(step.Kind switch
        {
            PatchKind.Add => new MemberChange.Add(ids),
            PatchKind.Remove => new MemberChange.Remove(ids),
            _ => new MemberChange.Replace(ids),
        });
        return null;
    }

    private ScimError? ApplySelected(PatchKind kind, Filter selector)
    {
        var ids = new List<string>();
        foreach (var alternative in selector.Alternatives())
        {
            if (!alternative.TryEquality(out var path, out var value) || path.Leaf.Name != "value")
            {
                return ScimError.InvalidFilter("Members can be selected by 'value eq' and 'or' only.");
            }

            ids.Add(value);
        }

        if (kind != PatchKind.Remove)
        {
            return ScimError.InvalidPath("Selected members can only be removed.");
        }

        members.Add(new MemberChange.Remove([.. ids.Distinct(StringComparer.Ordinal)]));
        return null;
    }
}
