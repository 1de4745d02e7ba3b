using System.Diagnostics.CodeAnalysis;
using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Service.Groups;

namespace EncryptionService.Service.Membership;

/// <summary>A request as the house's own types, or the one field that is malformed.</summary>
/// <param name="Events">All events, in order.</param>
/// <param name="Known">The core's newest statement by group.</param>
internal sealed record ParsedApply(IReadOnlyList<GroupEvent> Events, IReadOnlyDictionary<GroupId, string> Known);

/// <summary>Parses requests (docs/spec/membership.md, section 1). Malformed input is refused whole; wrong keys are carried along as faults.</summary>
internal static class RequestParser
{
    /// <summary>Most events, and most known statements, in a request.</summary>
    public const int MaxEvents = 1_000;

    /// <summary>Most members in an event.</summary>
    public const int MaxMembers = 2_000;

    /// <summary>Most members of a reseal.</summary>
    public const int MaxReseal = 1_000;

    /// <summary>Parses an Apply request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="parsed">The result.</param>
    /// <param name="error">The field and what is wrong with it.</param>
    public static bool TryParse(ApplyRequest request, [NotNullWhen(true)] out ParsedApply? parsed, [NotNullWhen(false)] out string? error)
    {
        parsed = null;
        if (request.Events.Count > MaxEvents || request.Known.Count > MaxEvents)
        {
            error = $"{(request.Events.Count > MaxEvents ? "events" : "known")}: at most {MaxEvents} are allowed in a request";
            return false;
        }

        var events = new List<GroupEvent>(request.Events.Count);
        for (var i = 0; i < request.Events.Count; i++)
        {
            if (!EventParser.TryParse(request.Events[i], out var entry, out var field))
            {
                error = $"events[{i}].{field}";
                return false;
            }

            events.Add(entry);
        }

        var known = new Dictionary<GroupId, string>();
        for (var i = 0; i < request.Known.Count; i++)
        {
            if (!GroupId.TryParse(request.Known[i].GroupId, out var group))
            {
                error = $"known[{i}].group_id: {IdRule}";
                return false;
            }

            if (!IsStatement(request.Known[i].Statement) || !known.TryAdd(group, request.Known[i].Statement))
            {
                error = $"known[{i}].statement: one compact JWS of at most {JwsTypes.MaxJws} characters for each group";
                return false;
            }
        }

        parsed = new ParsedApply(events, known);
        error = null;
        return true;
    }

    /// <summary>Parses a list of members without repeats.</summary>
    public static bool TryParseMembers(
        IReadOnlyList<string> texts, int most, string field, [NotNullWhen(true)] out IReadOnlyList<MemberId>? members, [NotNullWhen(false)] out string? error)
    {
        members = null;
        error = CheckCount(texts.Count, most, field);
        if (error is not null)
        {
            return false;
        }

        var parsed = new List<MemberId>(texts.Count);
        var seen = new HashSet<MemberId>();
        for (var i = 0; i < texts.Count; i++)
        {
            if (!MemberId.TryParse(texts[i], out var member))
            {
                error = $"{field}[{i}]: {IdRule}";
                return false;
            }

            if (!seen.Add(member))
            {
                error = $"{field}[{i}]: the same member stands twice";
                return false;
            }

            parsed.Add(member);
        }

        members = parsed;
        return true;
    }

    /// <summary>What an id must look like.</summary>
    public const string IdRule = "must be 1 to 64 characters from A-Z, a-z, 0-9, '.', '_' and '-'";

    /// <summary>True for a text that may be a statement.</summary>
    public static bool IsStatement(string text) => text.Length is > 0 and <= JwsTypes.MaxJws;

    /// <summary>The fault of an empty or too long list, or null.</summary>
    public static string? CheckCount(int count, int most, string field)
        => count == 0 ? $"{field}: must not be empty" : count > most ? $"{field}: at most {most} are allowed" : null;
}
