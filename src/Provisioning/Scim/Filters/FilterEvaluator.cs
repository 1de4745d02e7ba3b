using System.Text.Json;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim;

/// <summary>Evaluates a filter over a resource (docs/spec/scim.md, 4 and 48).</summary>
/// <remarks>
/// Of several values one has to match. <c>ne</c> is the opposite of <c>eq</c> in every case, so it also holds where there is no value;
/// <c>eq null</c> is the opposite of <c>pr</c>.
/// </remarks>
internal static class FilterEvaluator
{
    public static bool Matches(Filter filter, JsonObject resource) => Matches(filter, resource, inside: false);

    /// <summary>True if an element of a multi-valued attribute passes what stands between the brackets behind it.</summary>
    public static bool MatchesElement(Filter selector, JsonObject element) => Matches(selector, element, inside: true);

    private static bool Matches(Filter filter, JsonObject scope, bool inside) => filter switch
    {
        Filter.And both => Matches(both.Left, scope, inside) && Matches(both.Right, scope, inside),
        Filter.Or both => Matches(both.Left, scope, inside) || Matches(both.Right, scope, inside),
        Filter.Not not => !Matches(not.Inner, scope, inside),
        Filter.ValuePath elements => Elements(elements.Path, scope).OfType<JsonObject>().Any(element => Matches(elements.Inner, element, inside: true)),
        Filter.Present present => Values(present.Path, scope, inside).Any(HasValue),
        Filter.Comparison { Operator: FilterOperator.Ne } comparison => !AnyMatches(comparison with { Operator = FilterOperator.Eq }, scope, inside),
        Filter.Comparison comparison => AnyMatches(comparison, scope, inside),
        _ => throw new InvalidOperationException("A kind of filter without a meaning."),
    };

    private static bool AnyMatches(Filter.Comparison comparison, JsonObject scope, bool inside)
    {
        var values = Values(comparison.Path, scope, inside);
        return comparison.Value is FilterValue.Nothing ? !values.Any(HasValue) : values.Any(value => Compare(value, comparison));
    }

    private static IEnumerable<JsonNode?> Elements(AttributePath path, JsonObject resource)
    {
        var container = path.IsExtension ? resource[path.Schema.Id] as JsonObject : resource;
        return ScimJson.Items(container?[path.Attribute.Name]);
    }

    private static IEnumerable<JsonNode?> Values(AttributePath path, JsonObject scope, bool inside)
    {
        if (inside)
        {
            return [scope[path.Leaf.Name]];
        }

        var elements = Elements(path, scope);
        return path.Sub is null ? elements : elements.OfType<JsonObject>().Select(element => element[path.Sub.Name]);
    }

    private static bool HasValue(JsonNode? node) => node switch
    {
        null => false,
        JsonObject json => json.Any(member => HasValue(member.Value)),
        JsonArray array => array.Any(HasValue),
        _ => node.GetValueKind() != JsonValueKind.String || node.GetValue<string>().Length > 0,
    };

    private static bool Compare(JsonNode? node, Filter.Comparison comparison)
    {
        switch (comparison.Value)
        {
            case FilterValue.Text text:
                return ScimJson.AsText(node) is { } value && Compare(value, text.Value, comparison.Operator, comparison.Path.Leaf.Comparison);
            case FilterValue.Flag flag:
                return node?.GetValueKind() == (flag.Value ? JsonValueKind.True : JsonValueKind.False);
            case FilterValue.Moment moment:
                return ScimJson.AsText(node) is { } time && FilterParser.TryReadMoment(time, out var parsed)
                    && Holds(parsed.CompareTo(moment.Value), comparison.Operator);
            default:
                return false;
        }
    }

    private static bool Compare(string value, string other, FilterOperator comparison, StringComparison how) => comparison switch
    {
        FilterOperator.Co => value.Contains(other, how),
        FilterOperator.Sw => value.StartsWith(other, how),
        FilterOperator.Ew => value.EndsWith(other, how),
        _ => Holds(string.Compare(value, other, how), comparison),
    };

    private static bool Holds(int order, FilterOperator comparison) => comparison switch
    {
        FilterOperator.Eq => order == 0,
        FilterOperator.Gt => order > 0,
        FilterOperator.Ge => order >= 0,
        FilterOperator.Lt => order < 0,
        FilterOperator.Le => order <= 0,
        _ => false,
    };
}
