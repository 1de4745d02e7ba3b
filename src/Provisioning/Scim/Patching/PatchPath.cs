using System.Diagnostics.CodeAnalysis;

namespace EncryptionService.Provisioning.Scim;

/// <summary>Where an operation of a PATCH works (RFC 7644, section 3.5.2, figure 7), found among the attributes that we keep.</summary>
internal abstract record PatchPath
{
    /// <summary>The whole resource: the URN of its core schema.</summary>
    internal sealed record Root : PatchPath;

    /// <summary>A whole extension.</summary>
    internal sealed record Extension(ScimSchema Schema) : PatchPath;

    /// <summary>Something that we do not keep: the operation is ignored (docs/spec/scim.md, 22).</summary>
    internal sealed record Unknown : PatchPath;

    /// <summary>An attribute, those of its elements that the selector matches (all without one), and a sub-attribute.</summary>
    internal sealed record Target(AttributePath Path, Filter? Selector) : PatchPath;

    /// <summary>Parses a path. An unknown attribute is no error; brackets that make no sense are.</summary>
    public static bool TryParse(string text, ResourceType type, [NotNullWhen(true)] out PatchPath? path, [NotNullWhen(false)] out ScimError? error)
    {
        var open = text.IndexOf('[', StringComparison.Ordinal);
        path = null;
        error = ScimError.InvalidPath($"The path {ScimError.Quote(text)} is malformed.");
        if (open < 0)
        {
            path = text.All(FilterLexer.IsWordCharacter) ? Find(text, type) : null;
            return path is not null;
        }

        var close = FindClose(text, open);
        var name = text[..open];
        var rest = close < 0 ? "" : text[(close + 1)..];
        if (open == 0 || close < 0 || !name.All(FilterLexer.IsWordCharacter) || (rest.Length > 0 && (rest[0] != '.' || rest.Length == 1)) || !rest.All(FilterLexer.IsWordCharacter))
        {
            return false;
        }

        if (Find(name, type) is not Target { Path: { Sub: null } attribute })
        {
            path = new Unknown();
            return true;
        }

        if (attribute.Attribute.Kind != AttributeKind.Complex || !attribute.Attribute.IsMultiValued)
        {
            error = ScimError.InvalidPath($"{ScimError.Quote(name)} has no elements to select.");
            return false;
        }

        if (!new FilterParser(text[(open + 1)..close], type).TryParseSelector(attribute, out var selector, out var problem))
        {
            error = problem.ToScimError();
            return false;
        }

        var sub = rest.Length == 0 ? null : attribute.Attribute.Sub(rest.AsSpan(1));
        path = rest.Length > 0 && sub is null ? new Unknown() : new Target(sub is null ? attribute : attribute.To(sub), selector);
        return true;
    }

    private static PatchPath Find(string text, ResourceType type)
        => type.Resolve(text) is { } path ? new Target(path, null)
            : type.FindSchema(text) is not { } schema ? new Unknown()
            : schema == type.Core ? new Root()
            : new Extension(schema);

    /// <summary>The bracket that closes, with strings skipped; -1 if there is none.</summary>
    private static int FindClose(string text, int open)
    {
        var quoted = false;
        for (var index = open + 1; index < text.Length; index++)
        {
            if (text[index] == '\\' && quoted)
            {
                index++;
            }
            else if (text[index] == '"')
            {
                quoted = !quoted;
            }
            else if (text[index] == ']' && !quoted)
            {
                return index;
            }
        }

        return -1;
    }
}
