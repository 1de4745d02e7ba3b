using System.Linq.Expressions;

namespace EncryptionService.Provisioning.Scim.Store;

/// <summary>Conditions on rows that can be joined, and that the database evaluates.</summary>
internal static class Predicate
{
    /// <summary>Both.</summary>
    public static Expression<Func<T, bool>> And<T>(Expression<Func<T, bool>> left, Expression<Func<T, bool>> right) =>
        Expression.Lambda<Func<T, bool>>(Expression.AndAlso(left.Body, Rebind(right, left.Parameters[0])), left.Parameters);

    /// <summary>One of the two.</summary>
    public static Expression<Func<T, bool>> Or<T>(Expression<Func<T, bool>> left, Expression<Func<T, bool>> right) =>
        Expression.Lambda<Func<T, bool>>(Expression.OrElse(left.Body, Rebind(right, left.Parameters[0])), left.Parameters);

    /// <summary>The opposite.</summary>
    public static Expression<Func<T, bool>> Not<T>(Expression<Func<T, bool>> inner) =>
        Expression.Lambda<Func<T, bool>>(Expression.Not(inner.Body), inner.Parameters);

    /// <summary>The expression with something else in the parameter's place.</summary>
    public static Expression Put(Expression expression, ParameterExpression parameter, Expression replacement) => new Replacer(parameter, replacement).Visit(expression);

    private static Expression Rebind<T>(Expression<Func<T, bool>> predicate, ParameterExpression row) => Put(predicate.Body, predicate.Parameters[0], row);

    private sealed class Replacer(ParameterExpression parameter, Expression replacement) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == parameter ? replacement : base.VisitParameter(node);
    }
}
