using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace EncryptionService.Provisioning.Scim;

/// <summary>Writes a filter as text: for logs of tests and the law that printing and parsing are each other's inverse.</summary>
internal static class FilterPrinter
{
    public static string Print(Filter filter)
    {
        var text = new StringBuilder();
        Print(filter, text, inside: false);
        return text.ToString();
    }

    private static void Print(Filter filter, StringBuilder text, bool inside)
    {
        switch (filter)
        {
            case Filter.Or both:
                Print(both.Left, text, inside);
                text.Append(" or ");
                Nest(both.Right, text, inside, both.Right is Filter.Or);
                break;
            case Filter.And both:
                Nest(both.Left, text, inside, both.Left is Filter.Or);
                text.Append(" and ");
                Nest(both.Right, text, inside, both.Right is Filter.Or or Filter.And);
                break;
            case Filter.Not not:
                text.Append("not ");
                Nest(not.Inner, text, inside, parentheses: true);
                break;
            case Filter.ValuePath elements:
                text.Append(elements.Path.Name).Append('[');
                Print(elements.Inner, text, inside: true);
                text.Append(']');
                break;
            case Filter.Present present:
                text.Append(Name(present.Path, inside)).Append(" pr");
                break;
            case Filter.Comparison comparison:
                text.Append(Name(comparison.Path, inside)).Append(' ').Append(comparison.Operator.ToString().ToLowerInvariant()).Append(' ').Append(Print(comparison.Value));
                break;
            default:
                throw new InvalidOperationException("A kind of filter without a text.");
        }
    }

    private static void Nest(Filter filter, StringBuilder text, bool inside, bool parentheses)
    {
        text.Append(parentheses ? "(" : "");
        Print(filter, text, inside);
        text.Append(parentheses ? ")" : "");
    }

    private static string Name(AttributePath path, bool inside) => inside ? path.Leaf.Name : path.Name;

    private static string Print(FilterValue value) => value switch
    {
        FilterValue.Text text => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text.Value)}\"",
        FilterValue.Flag flag => flag.Value ? "true" : "false",
        FilterValue.Moment moment => $"\"{moment.Value.ToString("O", CultureInfo.InvariantCulture)}\"",
        _ => "null",
    };
}
