using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;

namespace EncryptionService.Service.Groups;

/// <summary>Tells the core what the ledger says about a group (docs/spec/membership.md, section 8).</summary>
internal sealed class GroupReader(GroupStore store, GroupFreezer freezer)
{
    private const int DefaultStatements = 100;
    private const int DefaultMembers = 1_000;

    // A response stays well below the 4 MB that a caller reads: a statement may have 16 KB.
    private const int MaxStatementText = 2 * 1024 * 1024;

    /// <summary>Answers from the newest state. The request is well-formed.</summary>
    public async Task<GetGroupResponse> ReadAsync(GroupId group, GetGroupRequest request, CancellationToken cancellationToken)
    {
        GroupState state;
        using (var lease = await store.RentAsync(group, cancellationToken))
        {
            await freezer.CheckAsync(lease, request.Statement, cancellationToken);
            state = lease.State;
        }

        var response = new GetGroupResponse
        {
            Exists = state.Exists,
            Deleted = state.Ended,
            Frozen = state.Frozen,
            NextSequence = state.NextSequence,
            Epoch = state.Epoch,
            Revision = state.Revision,
            RosterSize = (ulong)state.Roster.Count,
        };
        await AddStatementsAsync(response, state, request, cancellationToken);
        AddRoster(response, state, request);
        return response;
    }

    private async Task AddStatementsAsync(GetGroupResponse response, GroupState state, GetGroupRequest request, CancellationToken cancellationToken)
    {
        if (request.StatementsAfter >= state.Revision)
        {
            return;
        }

        if (request.StatementsAfter + 1 == state.Revision)
        {
            response.Statements.Add(state.Statement);
            return;
        }

        var most = request.MaxStatements == 0 ? DefaultStatements : (int)request.MaxStatements;
        var length = 0;
        var history = await store.OpenHistoryAsync(state.Id, cancellationToken);
        foreach (var frame in await history.ReadNewAsync(cancellationToken))
        {
            if (frame.Kind != FrameKind.Record)
            {
                continue;
            }

            var record = GroupRecord.Parser.ParseFrom(frame.Payload.Span);
            if (record.Statement.Length == 0 || record.Revision <= request.StatementsAfter || record.Revision > state.Revision)
            {
                continue;
            }

            length += record.Statement.Length;
            if (response.Statements.Count == most || length > MaxStatementText)
            {
                response.MoreStatements = true;
                return;
            }

            response.Statements.Add(record.Statement);
        }
    }

    private static void AddRoster(GetGroupResponse response, GroupState state, GetGroupRequest request)
    {
        var most = request.MaxMembers == 0 ? DefaultMembers : (int)request.MaxMembers;
        var rest = state.Roster
            .Where(entry => string.CompareOrdinal(entry.Member.Value, request.MembersAfter) > 0)
            .OrderBy(entry => entry.Member.Value, StringComparer.Ordinal)
            .ToList();
        response.MoreMembers = rest.Count > most;
        response.Roster.AddRange(rest.Take(most).Select(entry => new RosterEntry
        {
            MemberId = entry.Member.Value,
            Alg = entry.Keys.Hpke.Alg,
            HpkeThumbprint = entry.Keys.Hpke.Thumbprint.ToString(),
            SigningThumbprint = entry.Keys.Signing.Thumbprint.ToString(),
        }));
    }
}
