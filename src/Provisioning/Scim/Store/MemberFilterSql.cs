using System.Linq.Expressions;
using EncryptionService.Provisioning.Database;

namespace EncryptionService.Provisioning.Scim.Store;

/// <summary>Filters over users that the database evaluates.</summary>
internal sealed class MemberFilterSql : FilterSql<MemberRow>
{
    /// <summary>The only one.</summary>
    public static readonly MemberFilterSql Instance = new();

    protected override Expression<Func<MemberRow, bool>>? Compare(Filter.Comparison comparison) => (comparison.Path.Name, comparison.Value) switch
    {
        ("userName", FilterValue.Text text) => CompareFolded(row => row.UserNameKey, comparison.Operator, text.Value),
        ("externalId", FilterValue.Text { Value: var value }) when comparison.Operator == FilterOperator.Eq => row => row.ExternalId == value,
        ("id", FilterValue.Text { Value: var value }) when comparison.Operator == FilterOperator.Eq => row => row.Id == value,
        ("active", FilterValue.Flag { Value: var value }) when comparison.Operator == FilterOperator.Eq => row => row.Active == value,
        ("meta.created", var time) => CompareTime(row => row.CreatedAt, comparison.Operator, time),
        ("meta.lastModified", var time) => CompareTime(row => row.ModifiedAt, comparison.Operator, time),
        _ => null,
    };

    protected override Expression<Func<MemberRow, bool>>? Present(string path) => path switch
    {
        "userName" or "id" or "active" => row => true,
        "externalId" => row => row.ExternalId != null,
        "displayName" => row => row.DisplayName != null,
        _ => null,
    };
}
