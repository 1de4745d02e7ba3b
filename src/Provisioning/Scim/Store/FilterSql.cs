using System.Linq.Expressions;
using EncryptionService.Provisioning.Directory;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Scim.Store;

/// <summary>A condition that the database evaluates.</summary>
/// <param name="Where">On rows.</param>
/// <param name="IsExact">False if rows may pass that the filter refuses: each of them has to be looked at once more.</param>
internal sealed record SqlFilter<TRow>(Expression<Func<TRow, bool>> Where, bool IsExact);

/// <summary>Says in SQL what can be said in SQL (docs/spec/scim.md, 5): the rest stays with the evaluator, and nothing is ignored.</summary>
internal abstract class FilterSql<TRow>
{
    /// <summary>How a pattern's own signs are marked as letters.</summary>
    protected const string Escape = "\\";

    /// <summary>The condition; null if every row has to be looked at.</summary>
    public SqlFilter<TRow>? Translate(Filter filter) => filter switch
    {
        Filter.And both => Join(Translate(both.Left), Translate(both.Right)),
        Filter.Or both => Translate(both.Left) is { } left && Translate(both.Right) is { } right
            ? new(Predicate.Or(left.Where, right.Where), left.IsExact && right.IsExact)
            : null,
        Filter.Not not => Negate(Translate(not.Inner)),
        Filter.Comparison { Operator: FilterOperator.Ne } comparison => Negate(Translate(comparison with { Operator = FilterOperator.Eq })),
        Filter.Comparison { Value: FilterValue.Nothing } comparison => Negate(Translate(new Filter.Present(comparison.Path))),
        Filter.Comparison comparison => Exact(Compare(comparison)),
        Filter.Present present => Exact(Present(present.Path.Name)),
        Filter.ValuePath elements => Exact(Select(elements)),
        _ => null,
    };

    /// <summary>A comparison other than <c>ne</c>, with a value; null if SQL cannot say it exactly.</summary>
    protected abstract Expression<Func<TRow, bool>>? Compare(Filter.Comparison comparison);

    /// <summary>That the attribute has a value; null if SQL cannot say it exactly.</summary>
    protected abstract Expression<Func<TRow, bool>>? Present(string path);

    /// <summary>That an element passes; null if SQL cannot say it exactly.</summary>
    protected virtual Expression<Func<TRow, bool>>? Select(Filter.ValuePath elements) => null;

    /// <summary>A comparison of a folded column; null if it is none that a pattern can say.</summary>
    protected static Expression<Func<TRow, bool>>? CompareFolded(Expression<Func<TRow, string>> column, FilterOperator comparison, string value)
    {
        var folded = Folding.Fold(value);
        if (comparison == FilterOperator.Eq)
        {
            return On(column, text => text == folded);
        }

        var letters = folded.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
        var pattern = comparison switch
        {
            FilterOperator.Sw => letters + "%",
            FilterOperator.Ew => "%" + letters,
            FilterOperator.Co => "%" + letters + "%",
            _ => null,
        };
        return pattern is null ? null : On(column, text => EF.Functions.Like(text, pattern, Escape));
    }

    /// <summary>A comparison of a column of times; null where the column's milliseconds are too coarse.</summary>
    protected static Expression<Func<TRow, bool>>? CompareTime(Expression<Func<TRow, DateTimeOffset>> column, FilterOperator comparison, FilterValue value)
    {
        if (value is not FilterValue.Moment { Value: var moment } || moment.UtcTicks % TimeSpan.TicksPerMillisecond != 0)
        {
            return null;
        }

        return comparison switch
        {
            FilterOperator.Eq => On(column, time => time == moment),
            FilterOperator.Gt => On(column, time => time > moment),
            FilterOperator.Ge => On(column, time => time >= moment),
            FilterOperator.Lt => On(column, time => time < moment),
            FilterOperator.Le => On(column, time => time <= moment),
            _ => null,
        };
    }

    /// <summary>A condition on a column, as one on the row.</summary>
    protected static Expression<Func<TRow, bool>> On<TColumn>(Expression<Func<TRow, TColumn>> column, Expression<Func<TColumn, bool>> condition) =>
        Expression.Lambda<Func<TRow, bool>>(Predicate.Put(condition.Body, condition.Parameters[0], column.Body), column.Parameters);

    private static SqlFilter<TRow>? Exact(Expression<Func<TRow, bool>>? where) => where is null ? null : new(where, true);

    private static SqlFilter<TRow>? Join(SqlFilter<TRow>? left, SqlFilter<TRow>? right) => (left, right) switch
    {
        (null, null) => null,
        (null, _) => right! with { IsExact = false },
        (_, null) => left with { IsExact = false },
        _ => new(Predicate.And(left.Where, right.Where), left.IsExact && right.IsExact),
    };

    private static SqlFilter<TRow>? Negate(SqlFilter<TRow>? inner) => inner is { IsExact: true } ? new(Predicate.Not(inner.Where), true) : null;
}
