using System.Globalization;
using EncryptionService.Provisioning.Journal;
using EncryptionService.Provisioning.MemberApi;
using EncryptionService.Provisioning.Views;

namespace EncryptionService.Provisioning.Admin.Web;

/// <summary>States, causes and reasons in the words of pages.</summary>
internal static class Telling
{
    // Words of a call's note (ScimCall).
    private const string CreatedWord = "created";
    private const string DeletedWord = "deleted";

    /// <summary>A member's state.</summary>
    public static Badge Of(MemberState state) => state switch
    {
        MemberState.Pending => new(Tone.Wait, "Pending"),
        MemberState.NoKey => new(Tone.Warn, "No key yet"),
        MemberState.Active => new(Tone.Good, "Active"),
        MemberState.Suspended => new(Tone.Bad, "Suspended"),
        _ => new(Tone.Bad, "Invitation forbidden"),
    };

    /// <summary>How far an envelope is.</summary>
    public static Badge Of(EnvelopeState state) => state switch
    {
        EnvelopeState.There => new(Tone.Good, "Envelope there"),
        EnvelopeState.Coming => new(Tone.Wait, "On its way"),
        EnvelopeState.Refused => new(Tone.Bad, "Refused"),
        _ => new(Tone.Plain, "None"),
    };

    /// <summary>How far a group is.</summary>
    public static Badge Of(GroupLine group) =>
        group.Frozen ? new(Tone.Bad, "Frozen")
        : group.Parked > 0 ? new(Tone.Bad, Words.Count(group.Parked, "event parked", "events parked"))
        : group.Refused > 0 ? new(Tone.Warn, $"{Words.Count(group.Refused, "member", "members")} refused")
        : group.Waiting > 0 ? new(Tone.Wait, Words.Count(group.Waiting, "event waiting", "events waiting"))
        : group.Envelopes < group.Effective ? new(Tone.Wait, "Envelopes on their way")
        : group.Effective == 0 ? new(Tone.Plain, "Nobody has keys yet")
        : new(Tone.Good, "Complete");

    /// <summary>What became of an entry of the log.</summary>
    public static Badge Of(LogEntry entry) => (entry.Outcome, entry.IsEvent) switch
    {
        (LogOutcome.Waiting, _) => new(Tone.Wait, entry.Attempts == 0 ? "Waiting" : $"Waiting, tried {Words.Count(entry.Attempts, "time", "times")}"),
        (LogOutcome.Refused, true) => new(Tone.Bad, "Parked"),
        (LogOutcome.Done, true) => entry.State == Database.EventState.Superseded ? new(Tone.Plain, "Overtaken") : entry.EnvelopedAt is null ? new(Tone.Good, "Accepted") : new(Tone.Good, "Envelopes there"),
        (LogOutcome.Done, false) => new(Tone.Good, "Done"),
        (LogOutcome.Refused, false) => new(Tone.Warn, string.Create(CultureInfo.InvariantCulture, $"Refused, {entry.Status}")),
        _ => new(Tone.Bad, string.Create(CultureInfo.InvariantCulture, $"Failed, {entry.Status}")),
    };

    /// <summary>What an entry of the log is about.</summary>
    public static string What(LogEntry entry) => entry.IsEvent ? EventOf(entry.What, entry.Members) : (entry.What, entry.Kind) switch
    {
        ("GET", Database.CallKind.User) => entry.SubjectId is null ? "Users searched" : "User read",
        ("GET", Database.CallKind.Group) => entry.SubjectId is null ? "Groups searched" : "Group read",
        (_, Database.CallKind.Other) => $"{entry.What} of the service's description",
        ("POST", var kind) => Created(entry) ? $"{kind} created" : $"{kind} to be created",
        ("PUT", var kind) => $"{kind} replaced",
        ("PATCH", var kind) => $"{kind} changed",
        ("DELETE", var kind) => $"{kind} deleted",
        var (method, kind) => $"{method} of a {kind}",
    };

    /// <summary>What it changed, beyond what <see cref="What"/> says; null: nothing.</summary>
    public static string? ChangeOf(LogEntry entry) => Created(entry) ? Rest(entry.Change!, CreatedWord)
        : entry is { IsEvent: false, What: "DELETE", Change: DeletedWord } ? null
        : entry.Change;

    /// <summary>A kind of event.</summary>
    public static string EventOf(string kind, int members) => kind switch
    {
        "group_created" => "Group begins",
        "group_deleted" => "Group ends",
        "members_added" => $"{Words.Count(members, "member", "members")} added",
        "members_removed" => $"{Words.Count(members, "member", "members")} removed",
        "member_rekeyed" => "New keys of a member",
        "rotation_requested" => "New vault key asked for",
        "comparison" => "Comparison with the service",
        _ => kind,
    };

    /// <summary>Why a group has a new vault key.</summary>
    public static string CauseOf(EpochView epoch) => epoch.Cause switch
    {
        null => "Not recorded",
        "members_added" => "The first members with keys came",
        "members_removed" => $"{Words.Count(epoch.Members, "member", "members")} left",
        "member_rekeyed" => epoch.Members == 1 ? "A member has new keys" : $"{Words.Count(epoch.Members, "member", "members")} have new keys",
        "rotation_requested" => epoch.Note is { } note ? $"Asked for: {note}" : "Asked for",
        var other => other,
    };

    /// <summary>Why the service does not take a member.</summary>
    public static string RefusalOf(string reason) => reason switch
    {
        OperatorDocuments.Pending => "An operator has to approve these keys",
        "KEY_NOT_PINNED" => "The service knows other keys of this member",
        "KEY_UNSUPPORTED" => "The service does not allow keys of this kind",
        "KEY_INVALID" => "The keys are not as they must be",
        "KEY_CHANGE_INVALID" => "The change to these keys is not signed as it must be",
        _ => reason,
    };

    /// <summary>The service's word about an event: what it means, where that is known, and the word itself for whoever asks for help.</summary>
    public static string ReasonOf(string outcome)
    {
        var meaning = outcome.Split(' ') switch
        {
            ["REJECTED", "GROUP_UNKNOWN", ..] => "The service does not know this group",
            ["REJECTED", "GROUP_EXISTS", ..] => "The service has this group already",
            ["REJECTED", "GROUP_DELETED", ..] => "The service has ended this group",
            ["FROZEN", ..] => "The group is frozen until an operator has recovered it",
            ["UNAVAILABLE", ..] => "The service did not answer",
            ["INVALID_ARGUMENT", ..] => "The service could not read it",
            _ => null,
        };
        return meaning is null ? outcome : $"{meaning} ({outcome})";
    }

    /// <summary>A line of the audit trail.</summary>
    public static string ActionOf(string action) => action switch
    {
        "member.created" => "Created",
        "member.changed" => "Changed",
        "member.suspended" => "Suspended",
        "member.forbidden" => "Invitation forbidden",
        "member.restored" => "Restored",
        "member.accepted" => "Accepted the invitation",
        "member.rekeyed" => "Registered new keys",
        "member.deleted" => "Deleted",
        "invitation.sent" => "Invitation mailed",
        "invitation.resent" => "Invitation mailed again",
        "group.created" => "Created",
        "group.changed" => "Changed",
        "group.renamed" => "Renamed",
        "group.deleted" => "Deleted",
        "group.rotation" => "New vault key asked for",
        "group.retried" => "Compared with the service, refused members asked for again",
        "operator.recovered" => "Recovered by an operator",
        "statement.fork" => "The service contradicted itself",
        _ => action,
    };

    /// <summary>A time span as short as it is read: 850 ms, 4.2 s, 3 min, 2 h.</summary>
    public static string Of(TimeSpan span) => span.TotalSeconds switch
    {
        0 => "0 s",
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(span.TotalMilliseconds):0} ms"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s"),
        < 5_400 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0.#} min"),
        < 172_800 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.#} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0.#} days"),
    };

    // The word alone, or before what more there is to say: "created: …", "created; joined …".
    private static bool Created(LogEntry entry) => entry is { IsEvent: false, What: "POST", Change: { } change }
        && change.StartsWith(CreatedWord, StringComparison.Ordinal) && (change.Length == CreatedWord.Length || change.AsSpan(CreatedWord.Length) is [':' or ';', ' ', ..]);

    private static string? Rest(string change, string word) => change.Length == word.Length ? null : change[(word.Length + 2)..];
}
