using EncryptionService.Provisioning.Database;

namespace EncryptionService.Provisioning.Journal;

/// <summary>What is to be written down about a call, filled in while it is answered. Never a body, nor a value that was searched for.</summary>
internal sealed class CallNote
{
    /// <summary>Id of the user or group.</summary>
    public string? ResourceId { get; set; }

    /// <summary>Its name now.</summary>
    public string? Name { get; set; }

    /// <summary>What was changed or found, in a few words.</summary>
    public string? Change { get; set; }

    /// <summary>Ids of members who joined a group; their names are looked up when the note is written.</summary>
    public IReadOnlyCollection<string> Joined { get; set; } = [];

    /// <summary>Ids of members who left it.</summary>
    public IReadOnlyCollection<string> Left { get; set; } = [];
}

/// <summary>A call that was answered.</summary>
/// <param name="Organization">Organization.</param>
/// <param name="Connection">Connection.</param>
/// <param name="At">When.</param>
/// <param name="Method">HTTP method, or other.</param>
/// <param name="Kind">What it was about.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="ErrorType">scimType, or null.</param>
/// <param name="Detail">Detail of the error, or null.</param>
/// <param name="Took">How long the answer took.</param>
/// <param name="Note">What it changed or found.</param>
internal sealed record AnsweredCall(
    string Organization, string Connection, DateTimeOffset At, string Method, CallKind Kind, int Status, string? ErrorType, string? Detail, TimeSpan Took, CallNote Note);
