using System.Diagnostics.CodeAnalysis;

namespace EncryptionService.Provisioning.Scim;

/// <summary>A filter, parsed and with its attributes found (RFC 7644, section 3.4.2.2; docs/spec/scim.md, 48).</summary>
internal abstract record Filter
{
    /// <summary>Parses a filter over the resources of a type. Whatever cannot be evaluated is an error: a filter is never ignored.</summary>
    public static bool TryParse(string text, ResourceType type, [NotNullWhen(true)] out Filter? filter, [NotNullWhen(false)] out FilterError? error)
        => new FilterParser(text, type).TryParse(out filter, out error);

    /// <summary>True if the resource, written as for an answer and with nothing left out, passes the filter.</summary>
    public bool Matches(System.Text.Json.Nodes.JsonObject resource) => FilterEvaluator.Matches(this, resource);

    /// <summary>The parts that an <c>and</c> on the top joins; the filter itself where there is none. All of them have to match.</summary>
    public IReadOnlyList<Filter> Conjuncts() => Split<And>(both => (both.Left, both.Right));

    /// <summary>The parts that an <c>or</c> on the top joins; the filter itself where there is none. One of them has to match.</summary>
    public IReadOnlyList<Filter> Alternatives() => Split<Or>(both => (both.Left, both.Right));

    /// <summary>
    /// Recognises <c>path eq "text"</c>. How texts compare is told by <c>path.Leaf.Comparison</c>; <c>members eq "x"</c> has the path <c>members.value</c>.
    /// </summary>
    public bool TryEquality([NotNullWhen(true)] out AttributePath? path, [NotNullWhen(true)] out string? value)
    {
        (path, value) = this is Comparison { Operator: FilterOperator.Eq, Value: FilterValue.Text text } comparison ? (comparison.Path, text.Value) : (null, null);
        return path is not null;
    }

    /// <summary>True if the filter looks at the attribute of that name (e.g. <c>members</c>), in whatever depth: storage has to load it then.</summary>
    public bool Mentions(ScimAttribute attribute) => this switch
    {
        And both => both.Left.Mentions(attribute) || both.Right.Mentions(attribute),
        Or both => both.Left.Mentions(attribute) || both.Right.Mentions(attribute),
        Not not => not.Inner.Mentions(attribute),
        ValuePath elements => elements.Path.Attribute == attribute,
        Comparison comparison => comparison.Path.Attribute == attribute,
        Present present => present.Path.Attribute == attribute,
        _ => false,
    };

    /// <summary>The filter as text that parses into an equal filter.</summary>
    public sealed override string ToString() => FilterPrinter.Print(this);

    private List<Filter> Split<T>(Func<T, (Filter Left, Filter Right)> parts)
        where T : Filter
    {
        var found = new List<Filter>();
        var open = new Stack<Filter>([this]);
        while (open.TryPop(out var next))
        {
            if (next is T both)
            {
                var (left, right) = parts(both);
                open.Push(right);
                open.Push(left);
            }
            else
            {
                found.Add(next);
            }
        }

        return found;
    }

    /// <summary>Both match.</summary>
    internal sealed record And(Filter Left, Filter Right) : Filter;

    /// <summary>One of them matches.</summary>
    internal sealed record Or(Filter Left, Filter Right) : Filter;

    /// <summary>The inner one does not match.</summary>
    internal sealed record Not(Filter Inner) : Filter;

    /// <summary>One value of the attribute compares as told. Inside a value path the attribute's element is what is looked at.</summary>
    internal sealed record Comparison(AttributePath Path, FilterOperator Operator, FilterValue Value) : Filter;

    /// <summary>The attribute has a value.</summary>
    internal sealed record Present(AttributePath Path) : Filter;

    /// <summary>One element of the attribute matches the inner filter.</summary>
    internal sealed record ValuePath(AttributePath Path, Filter Inner) : Filter;
}
