using System.Globalization;
using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Connections;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Journal;

namespace EncryptionService.Provisioning.Scim.Http;

/// <summary>A call with a right token.</summary>
/// <param name="Request">The request.</param>
/// <param name="Caller">Whose it is.</param>
/// <param name="BaseUrl">Base URL of the connection, without a slash at its end.</param>
/// <param name="Note">What the provisioning log is told.</param>
/// <param name="CancellationToken">The client has gone.</param>
internal sealed record ScimCall(HttpRequest Request, ConnectionIdentity Caller, string BaseUrl, CallNote Note, CancellationToken CancellationToken)
{
    /// <summary>Organization that the call may see.</summary>
    public string Organization => Caller.Organization;

    /// <summary>Who does it, for the audit trail.</summary>
    public Actor Actor => Actor.Connection(Caller.Connection);

    /// <summary>True if the request has a filter, be it an empty one.</summary>
    public bool HasFilter => Request.Query.ContainsKey("filter");

    /// <summary>The body.</summary>
    /// <exception cref="ScimFailure">It cannot be read.</exception>
    public Task<JsonObject> ReadBodyAsync() => ScimBody.ReadAsync(Request, CancellationToken);

    /// <summary>The filter; null if there is none.</summary>
    /// <exception cref="ScimFailure">It cannot be evaluated.</exception>
    public Filter? ReadFilter(ResourceType type)
    {
        if (!HasFilter)
        {
            return null;
        }

        var given = Request.Query["filter"];
        if (given.Count != 1)
        {
            throw new ScimFailure(ScimError.InvalidFilter("There is more than one filter."));
        }

        Note.Change = CallWords.WithoutValues(given[0] ?? "");
        return Filter.TryParse(given[0] ?? "", type, out var filter, out var error) ? filter : throw new ScimFailure(error.ToScimError());
    }

    /// <summary>Which part of a list is asked for.</summary>
    /// <exception cref="ScimFailure">That is no number.</exception>
    public Page ReadPage() => Page.TryParse(First("startIndex"), First("count"), out var page, out var error) ? page : throw new ScimFailure(error);

    /// <summary>Which attributes are asked for.</summary>
    public AttributeSelection ReadSelection(ResourceType type) => AttributeSelection.Parse(Joined("attributes"), Joined("excludedAttributes"), type);

    /// <summary>Tells the log what a list had.</summary>
    public void NoteFound(int total) => Note.Change = string.Create(CultureInfo.InvariantCulture, $"{(Note.Change is { } filter ? $"{filter}: " : "")}{total} found");

    /// <summary>Tells the log whom or what the call was about, and what changed.</summary>
    /// <param name="name">Name of the user or group.</param>
    /// <param name="change">What changed; null: nothing did.</param>
    /// <param name="more">Further words, or null.</param>
    public void NoteChange(string name, DirectoryChange? change, string? more = null)
    {
        var action = change?.Action is { } whole ? whole[(whole.IndexOf('.', StringComparison.Ordinal) + 1)..] : "nothing changed";
        var names = change is { Joined.Count: > 0 } or { Left.Count: > 0 };
        (Note.Name, Note.Joined, Note.Left) = (name, change?.Joined ?? [], change?.Left ?? []);
        // Who joined says that the group changed.
        Note.Change = action == "forbidden" ? "invitation forbidden" : names && action == "changed" ? null : string.IsNullOrEmpty(more) ? action : $"{action}: {more}";
    }

    private string? First(string name) => Request.Query[name] is [var value, ..] ? value : null;

    private string? Joined(string name) => Request.Query[name] is { Count: > 0 } values ? string.Join(',', values.AsEnumerable()) : null;
}
