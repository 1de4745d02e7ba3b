using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Connections;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;

namespace EncryptionService.Provisioning.Verbs;

/// <summary>Connections of IdPs.</summary>
internal static class ConnectionVerbs
{
    /// <summary>Names of the kinds on the command line.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["entra", "okta"];

    /// <summary><c>connection create</c>.</summary>
    public static async Task<int> CreateAsync(IServiceProvider rooms, Output output, string organization, string kind, string? name, CancellationToken cancellationToken)
    {
        var of = kind == "okta" ? ConnectionKind.Okta : ConnectionKind.EntraId;
        return await rooms.GetRequiredService<ConnectionBook>().CreateAsync(organization, of, name, Actor.Command, cancellationToken) is { } made
            ? Show(output, made, of)
            : output.NoOrganization(organization);
    }

    /// <summary><c>connection rotate</c>.</summary>
    public static async Task<int> RotateAsync(IServiceProvider rooms, Output output, string id, int days, bool now, CancellationToken cancellationToken)
    {
        if (days is < 1 or > 365)
        {
            return output.Wrong("Old tokens may stay valid for 1 to 365 days; '--now' ends them.");
        }

        var book = rooms.GetRequiredService<ConnectionBook>();
        var made = await book.RotateAsync(id, now ? TimeSpan.Zero : TimeSpan.FromDays(days), Actor.Command, cancellationToken);
        if (made is null)
        {
            return NoConnection(output, id);
        }

        var kind = (await book.ListAsync(null, cancellationToken)).FirstOrDefault(found => found.Id == id)?.Kind ?? ConnectionKind.EntraId;
        return Show(output, made, kind);
    }

    /// <summary><c>connection list</c>.</summary>
    public static async Task<int> ListAsync(IServiceProvider rooms, Output output, string? organization, CancellationToken cancellationToken)
    {
        var found = await rooms.GetRequiredService<ConnectionBook>().ListAsync(organization, cancellationToken);
        return output.Done(
            new JsonArray([.. found.Select(Describe)]),
            found.Count == 0
                ? ["There is no connection yet: 'connection create --org <id> --kind entra|okta' makes one."]
                : Output.Table(
                    ["CONNECTION", "ORGANIZATION", "KIND", "NAME", "TOKENS", "LAST USED", "LAST READ"],
                    [.. found.Select(row => (IReadOnlyList<string>)
                        [row.Id, row.Organization, ConnectionBook.LabelOf(row.Kind), row.Name, $"{row.Tokens}", Output.Time(row.LastUsedAt) ?? "never", Output.Time(row.TestedAt) ?? "never"])]));
    }

    /// <summary><c>connection delete</c>.</summary>
    public static async Task<int> DeleteAsync(IServiceProvider rooms, Output output, string id, CancellationToken cancellationToken) =>
        await rooms.GetRequiredService<ConnectionBook>().DeleteAsync(id, Actor.Command, cancellationToken)
            ? output.Done(new JsonObject { ["connection"] = id, ["deleted"] = true }, $"Connection {id} has ended. Members and groups stay as they are.")
            : NoConnection(output, id);

    private static int NoConnection(Output output, string id) => output.Refuse($"There is no connection {Output.Printable(id)}. 'connection list' shows which there are.");

    private static JsonObject Describe(ConnectionView row) => new()
    {
        ["connection"] = row.Id,
        ["organization"] = row.Organization,
        ["kind"] = KindOf(row.Kind),
        ["name"] = row.Name,
        ["baseUrl"] = row.BaseUrl.AbsoluteUri,
        ["tokens"] = row.Tokens,
        ["createdAt"] = Output.Time(row.CreatedAt),
        ["lastUsedAt"] = Output.Time(row.LastUsedAt),
        ["testedAt"] = Output.Time(row.TestedAt),
    };

    private static int Show(Output output, ConnectionSecret made, ConnectionKind kind)
    {
        var forPrograms = new JsonObject
        {
            ["connection"] = made.Id,
            ["kind"] = KindOf(kind),
            ["baseUrl"] = made.BaseUrl.AbsoluteUri,
            ["token"] = made.Token,
        };
        if (made.OldTokensUntil is { } until)
        {
            forPrograms["oldTokensUntil"] = Output.Time(until);
        }

        var (url, token) = kind == ConnectionKind.Okta ? ("Base URL", "bearer token") : ("Tenant URL", "secret token");
        List<string> lines = [$"connection      {made.Id}", $"{url,-16}{made.BaseUrl.AbsoluteUri}", $"{token,-16}{made.Token}", "The token is shown once."];
        if (made.OldTokensUntil is { } end)
        {
            lines.Add($"The old token stays valid until {Output.Time(end)}.");
        }

        return output.Done(forPrograms, [.. lines]);
    }

    private static string KindOf(ConnectionKind kind) => kind == ConnectionKind.Okta ? Kinds[1] : Kinds[0];
}
