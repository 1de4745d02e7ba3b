using System.Linq.Expressions;
using EncryptionService.Provisioning.Database;

namespace EncryptionService.Provisioning.Scim.Store;

/// <summary>Filters over groups that the database evaluates, the question for one membership among them (docs/spec/scim.md, 27).</summary>
internal sealed class GroupFilterSql(IQueryable<GroupMemberRow> members) : FilterSql<GroupRow>
{
    private const string MemberId = "members.value";

    protected override Expression<Func<GroupRow, bool>>? Compare(Filter.Comparison comparison) => (comparison.Path.Name, comparison.Value) switch
    {
        ("displayName", FilterValue.Text text) => CompareFolded(row => row.DisplayNameKey, comparison.Operator, text.Value),
        ("externalId", FilterValue.Text { Value: var value }) when comparison.Operator == FilterOperator.Eq => row => row.ExternalId == value,
        ("id", FilterValue.Text { Value: var value }) when comparison.Operator == FilterOperator.Eq => row => row.Id == value,
        (MemberId, FilterValue.Text { Value: var value }) when comparison.Operator == FilterOperator.Eq => Has(value),
        ("meta.created", var time) => CompareTime(row => row.CreatedAt, comparison.Operator, time),
        ("meta.lastModified", var time) => CompareTime(row => row.ModifiedAt, comparison.Operator, time),
        _ => null,
    };

    protected override Expression<Func<GroupRow, bool>>? Present(string path) => path switch
    {
        "displayName" or "id" => row => true,
        "externalId" => row => row.ExternalId != null,
        "members" or MemberId => row => members.Any(member => member.GroupId == row.Id),
        _ => null,
    };

    /// <summary>One element that is one of these; what an <c>and</c> asks of one element is not the same as asking it of the group.</summary>
    protected override Expression<Func<GroupRow, bool>>? Select(Filter.ValuePath elements)
    {
        Expression<Func<GroupRow, bool>>? all = null;
        foreach (var alternative in elements.Inner.Alternatives())
        {
            if (!alternative.TryEquality(out var path, out var value) || path.Name != MemberId)
            {
                return null;
            }

            all = all is null ? Has(value) : Predicate.Or(all, Has(value));
        }

        return all;
    }

    private Expression<Func<GroupRow, bool>> Has(string id) => row => members.Any(member => member.GroupId == row.Id && member.MemberId == id);
}
