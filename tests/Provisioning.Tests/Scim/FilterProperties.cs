using EncryptionService.Provisioning.Scim;
using FsCheck;
using FsCheck.Fluent;

namespace EncryptionService.Provisioning.Tests.Scim;

/// <summary>Laws of the filter parser.</summary>
public sealed class FilterProperties
{
    private static readonly string[] pieces =
    [
        "userName", "emails", "name.givenName", "members", "active", "meta.created", UserSchema.EnterpriseUrn + ":manager", "foo", ".value", "eq", "ne", "co", "gt", "pr", "EQ",
        "and", "or", "not", "(", ")", "[", "]", "\"x\"", "\"2026-01-01T00:00:00Z\"", "\"", "\\", "\\u0041", "true", "null", "-1", "1e9", ".", ":", "\t", "é", "\ud800",
    ];

    private static Gen<string> Texts => Gen.OneOf(
        Gen.Elements("", "x", "Ada", "a b", "\"", "\\", "]", "[", ")", "é😀", "\u007f", "\n", "'; --", "true", "null", "/"),
        ArbMap.Default.GeneratorFor<string>().Select(text => text is null || text.Any(character => char.IsSurrogate(character) || character == '\0') ? "?" : text));

    private static Gen<FilterValue> Values(ScimAttribute attribute) => attribute.Kind switch
    {
        AttributeKind.Flag => Gen.Elements<FilterValue>(new FilterValue.Flag(true), new FilterValue.Flag(false)),
        AttributeKind.Moment => Gen.Choose(0, 1_000_000_000).Select(ticks => (FilterValue)new FilterValue.Moment(DateTimeOffset.UnixEpoch.AddTicks(ticks))),
        _ => Texts.Select(text => (FilterValue)new FilterValue.Text(text)),
    };

    private static IEnumerable<AttributePath> Paths => ResourceType.User.Schemas.SelectMany(schema => schema.Attributes.Select(attribute => (schema, attribute)))
        .Append((schema: UserSchema.Core, attribute: CommonAttributes.Meta))
        .SelectMany(pair => pair.attribute.SubAttributes.Count == 0
            ? [new AttributePath(pair.schema, pair.schema != UserSchema.Core, pair.attribute, null)]
            : pair.attribute.SubAttributes.Select(sub => new AttributePath(pair.schema, pair.schema != UserSchema.Core, pair.attribute, sub)));

    private static Gen<Filter> Leaves(IReadOnlyList<AttributePath> paths) =>
        from path in Gen.Elements<AttributePath>(paths)
        from kind in Gen.Choose(0, 10)
        from value in Values(path.Leaf)
        select Leaf(path, kind, value);

    private static Filter Leaf(AttributePath path, int kind, FilterValue value) => kind switch
    {
        9 => new Filter.Present(path),
        10 => new Filter.Comparison(path, FilterOperator.Ne, new FilterValue.Nothing()),
        _ => new Filter.Comparison(path, Allowed(path.Leaf, (FilterOperator)kind), value),
    };

    private static FilterOperator Allowed(ScimAttribute attribute, FilterOperator comparison) => attribute.Kind switch
    {
        AttributeKind.Flag => (FilterOperator)((int)comparison % 2),
        AttributeKind.Moment when comparison is FilterOperator.Co or FilterOperator.Sw or FilterOperator.Ew => FilterOperator.Le,
        _ => comparison,
    };

    private static Gen<Filter> Trees(int size, IReadOnlyList<AttributePath> paths, bool inside) => size <= 1
        ? Leaves(paths)
        : Gen.OneOf(
            Leaves(paths),
            from left in Trees(size / 2, paths, inside) from right in Trees(size / 2, paths, inside) select (Filter)new Filter.And(left, right),
            from left in Trees(size / 2, paths, inside) from right in Trees(size / 2, paths, inside) select (Filter)new Filter.Or(left, right),
            from inner in Trees(size / 2, paths, inside) select (Filter)new Filter.Not(inner),
            inside ? Leaves(paths) : ValuePaths(size / 2));

    private static Gen<Filter> ValuePaths(int size) =>
        from attribute in Gen.Elements(UserSchema.Emails, UserSchema.Core.Attributes.Single(attribute => attribute.Name == "addresses"))
        let path = new AttributePath(UserSchema.Core, false, attribute, null)
        from inner in Trees(size, [.. attribute.SubAttributes.Select(path.To)], inside: true)
        select (Filter)new Filter.ValuePath(path, inner);

    [Fact]
    public void Point_48_a_filter_that_was_printed_parses_into_an_equal_one()
        => Prop.ForAll(Arb.From(Trees(24, [.. Paths], inside: false)), filter =>
        {
            var text = filter.ToString();
            Assert.True(Filter.TryParse(text, ResourceType.User, out var parsed, out var error), $"{error} in {text}");
            Assert.Equal(filter, parsed);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void Point_48_no_text_crashes_the_parser_and_what_parses_can_be_evaluated()
    {
        var resource = Bodies.Answer(Bodies.Person);
        var parsedCount = 0;
        var mixed = Gen.Elements<string>(pieces).ListOf().Select(words => string.Join(' ', words));
        var texts = Gen.OneOf(mixed, mixed.Select(text => text.Replace(" ", "", StringComparison.Ordinal)), ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""));
        var terms = Gen.Elements("userName pr", "emails[type pr]", "not (active eq true)", "title eq \"x\"", "(locale pr)").NonEmptyListOf();
        var valid = from list in terms from junction in Gen.Elements(" and ", " or ") select string.Join(junction, list);

        Prop.ForAll(Arb.From(Gen.OneOf(texts, valid)), text =>
        {
            if (Filter.TryParse(text, ResourceType.User, out var filter, out var error))
            {
                filter.Matches(resource);
                parsedCount++;
            }
            else
            {
                Assert.InRange(error.Position, 0, text.Length);
                Assert.Equal("invalidFilter", error.ToScimError().Type);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

        Assert.True(parsedCount > 40, $"only {parsedCount} were filters");
    }

    [Fact]
    public void Point_48_not_and_junctions_mean_what_logic_says()
    {
        var resource = Bodies.Answer(Bodies.Person);
        var trees = Trees(8, [.. Paths], inside: false);

        Prop.ForAll(Arb.From(from left in trees from right in trees select (left, right)), pair =>
        {
            var (left, right) = (pair.left.Matches(resource), pair.right.Matches(resource));
            Assert.Equal(left && right, new Filter.And(pair.left, pair.right).Matches(resource));
            Assert.Equal(left || right, new Filter.Or(pair.left, pair.right).Matches(resource));
            Assert.Equal(!left, new Filter.Not(pair.left).Matches(resource));
            Assert.Equal(left, pair.left.Conjuncts().All(part => part.Matches(resource)));
            Assert.Equal(left, pair.left.Alternatives().Any(part => part.Matches(resource)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }
}
