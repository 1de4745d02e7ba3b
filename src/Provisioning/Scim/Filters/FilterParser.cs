using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EncryptionService.Provisioning.Scim;

/// <summary>
/// Parses filters (RFC 7644, figure 1): <c>or</c> binds weaker than <c>and</c>, <c>not</c> needs parentheses, names and operators come in
/// any case. Length, depth and number of nodes are bounded, so the time is too.
/// </summary>
/// <remarks>
/// Beyond the grammar: <c>emails[type eq "work"].value eq "x"</c> means <c>emails[type eq "work" and value eq "x"]</c>, which Entra ID asks
/// when a value path is the matching attribute; <c>true</c> and <c>false</c> may stand in quotation marks.
/// </remarks>
internal sealed class FilterParser
{
    /// <summary>Longest filter, in characters.</summary>
    public const int MaxLength = 8192;

    /// <summary>Deepest nesting of parentheses, <c>not</c> and brackets.</summary>
    public const int MaxDepth = 32;

    /// <summary>Most comparisons, junctions and negations.</summary>
    public const int MaxNodes = 200;

    private static readonly string[] moments = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd"];

    private readonly string text;
    private readonly ResourceType type;
    private readonly FilterLexer lexer;
    private FilterToken token;
    private AttributePath? element;
    private FilterError? error;
    private int depth;
    private int nodes;

    public FilterParser(string text, ResourceType type)
    {
        this.text = text;
        this.type = type;
        lexer = new FilterLexer(text);
    }

    /// <summary>Parses the whole text as a filter.</summary>
    public bool TryParse([NotNullWhen(true)] out Filter? filter, [NotNullWhen(false)] out FilterError? problem)
    {
        if (text.Length > MaxLength)
        {
            (filter, problem) = (null, new FilterError(MaxLength, $"it has more than {MaxLength} characters"));
            return false;
        }

        token = lexer.Read();
        var parsed = ParseOr();
        return Finish(parsed, out filter, out problem);
    }

    /// <summary>Parses the whole text as what stands between the brackets behind <paramref name="attribute"/>.</summary>
    public bool TryParseSelector(AttributePath attribute, [NotNullWhen(true)] out Filter? filter, [NotNullWhen(false)] out FilterError? problem)
    {
        element = attribute;
        return TryParse(out filter, out problem);
    }

    private bool Finish(Filter? parsed, [NotNullWhen(true)] out Filter? filter, [NotNullWhen(false)] out FilterError? problem)
    {
        if (parsed is not null && token.Kind != FilterTokenKind.End)
        {
            parsed = Unexpected("'and', 'or' or the end");
        }

        (filter, problem) = (parsed, error);
        return filter is not null;
    }

    private Filter? ParseOr()
    {
        var left = ParseAnd();
        while (left is not null && token.Is("or"))
        {
            Advance();
            var right = ParseAnd();
            left = right is null ? null : Count(new Filter.Or(left, right));
        }

        return left;
    }

    private Filter? ParseAnd()
    {
        var left = ParseTerm();
        while (left is not null && token.Is("and"))
        {
            Advance();
            var right = ParseTerm();
            left = right is null ? null : Count(new Filter.And(left, right));
        }

        return left;
    }

    private Filter? ParseTerm()
    {
        if (token.Kind == FilterTokenKind.OpenParenthesis)
        {
            return ParseInside(FilterTokenKind.CloseParenthesis, "')'");
        }

        if (token.Kind != FilterTokenKind.Word)
        {
            return Unexpected("an attribute");
        }

        var word = token;
        Advance();
        if (word.Is("not") && token.Kind == FilterTokenKind.OpenParenthesis)
        {
            var inner = ParseInside(FilterTokenKind.CloseParenthesis, "')'");
            return inner is null ? null : Count(new Filter.Not(inner));
        }

        if (Resolve(word) is not { } path)
        {
            return Fail(word.Position, $"there is no attribute {ScimError.Quote(word.Text)} to filter by");
        }

        return token.Kind == FilterTokenKind.OpenBracket ? ParseValuePath(word, path) : ParseComparison(word, path);
    }

    private AttributePath? Resolve(FilterToken word)
    {
        if (element is null)
        {
            return type.Resolve(word.Text);
        }

        return element.Attribute.Sub(word.Text) is { } sub ? element.To(sub) : null;
    }

    /// <summary>From an opening parenthesis or bracket to the closing one.</summary>
    private Filter? ParseInside(FilterTokenKind close, string expected)
    {
        if (++depth > MaxDepth)
        {
            return Fail(token.Position, $"it is nested more than {MaxDepth} levels deep");
        }

        Advance();
        var inner = ParseOr();
        if (inner is not null && token.Kind != close)
        {
            return Unexpected(expected);
        }

        if (inner is not null)
        {
            Advance();
            depth--;
        }

        return inner;
    }

    private Filter? ParseValuePath(FilterToken word, AttributePath path)
    {
        if (element is not null || path.Sub is not null || path.Attribute.Kind != AttributeKind.Complex)
        {
            return Fail(word.Position, $"{ScimError.Quote(word.Text)} has no elements to select");
        }

        element = path;
        var inner = ParseInside(FilterTokenKind.CloseBracket, "']'");
        if (inner is not null && token.Kind == FilterTokenKind.Word && token.Text[0] == '.')
        {
            var sub = token with { Text = token.Text[1..] };
            Advance();
            var compared = Resolve(sub) is { } subPath ? ParseComparison(sub, subPath) : Fail(sub.Position, $"there is no attribute {ScimError.Quote(sub.Text)} to filter by");
            inner = compared is null ? null : Count(new Filter.And(inner, compared));
        }

        element = null;
        return inner is null ? null : Count(new Filter.ValuePath(path, inner));
    }

    private Filter? ParseComparison(FilterToken word, AttributePath path)
    {
        var name = token;
        if (name.Is("pr"))
        {
            Advance();
            return Count(new Filter.Present(path));
        }

        if (name.Kind != FilterTokenKind.Word || name.Text.Length != 2 || !Enum.TryParse<FilterOperator>(name.Text, ignoreCase: true, out var comparison))
        {
            return Unexpected("an operator");
        }

        if (path.Leaf.Kind == AttributeKind.Complex)
        {
            if (path.Attribute.Sub("value") is not { } value)
            {
                return Fail(word.Position, $"{ScimError.Quote(word.Text)} has parts; compare one of them");
            }

            path = path.To(value);
        }

        Advance();
        if (ParseValue(path.Leaf, comparison) is not { } compared)
        {
            return Unexpected($"a value that {ScimError.Quote(path.Name)} can be compared with by '{name.Text}'");
        }

        Advance();
        return Count(new Filter.Comparison(path, comparison, compared));
    }

    private FilterValue? ParseValue(ScimAttribute attribute, FilterOperator comparison)
    {
        var equality = comparison is FilterOperator.Eq or FilterOperator.Ne;
        if (token.Is("null"))
        {
            return equality ? new FilterValue.Nothing() : null;
        }

        switch (attribute.Kind)
        {
            case AttributeKind.Flag when equality && token.Kind is FilterTokenKind.Word or FilterTokenKind.Text:
                return ScimJson.TryReadFlag(token.Text, out var flag) ? new FilterValue.Flag(flag) : null;
            case AttributeKind.Moment when comparison is not (FilterOperator.Co or FilterOperator.Sw or FilterOperator.Ew) && token.Kind == FilterTokenKind.Text:
                return TryReadMoment(token.Text, out var moment) ? new FilterValue.Moment(moment) : null;
            case AttributeKind.Text or AttributeKind.Reference when token.Kind == FilterTokenKind.Text:
                return new FilterValue.Text(token.Text);
            default:
                return null;
        }
    }

    /// <summary>Reads a dateTime of XML Schema, or a date; without a zone it is UTC.</summary>
    public static bool TryReadMoment(string text, out DateTimeOffset moment)
        => DateTimeOffset.TryParseExact(text, moments, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);

    private void Advance() => token = lexer.Read();

    private Filter? Count(Filter filter)
        => ++nodes > MaxNodes ? Fail(token.Position, $"it has more than {MaxNodes} parts") : filter;

    private Filter? Unexpected(string expected) => Fail(
        token.Position,
        token.Kind == FilterTokenKind.Wrong ? $"{token.Text}" : $"{expected} must stand here, not {(token.Kind == FilterTokenKind.End ? "the end" : ScimError.Quote(token.Text))}");

    private Filter? Fail(int position, string problem)
    {
        error ??= new FilterError(position, problem);
        return null;
    }
}
