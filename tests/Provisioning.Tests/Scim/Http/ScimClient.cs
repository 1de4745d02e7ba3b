using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Tests.Scim.Http;

/// <summary>Sends what IdPs send, and checks what every answer must have.</summary>
internal sealed class ScimClient(HttpClient http, string connection, string token)
{
    public const string UserUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
    public const string GroupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";

    public string Connection => connection;

    public string Token => token;

    public string Path => $"/scim/{connection}/v2";

    /// <summary>As in <c>meta.location</c>.</summary>
    public string BaseUrl => $"https://core.example{Path}";

    /// <summary>Media type of the bodies that are sent.</summary>
    public string MediaType { get; init; } = "application/scim+json; charset=utf-8";

    /// <summary>The same connection with another token.</summary>
    public ScimClient With(string otherToken) => new(http, connection, otherToken);

    /// <summary>Another connection's address with this token.</summary>
    public ScimClient At(string otherConnection) => new(http, otherConnection, token);

    public ScimClient Sending(string mediaType) => new(http, connection, token) { MediaType = mediaType };

    public Task<ScimReply> GetAsync(string path) => SendAsync("GET", path);

    public Task<ScimReply> PostAsync(string path, string body) => SendAsync("POST", path, body);

    public Task<ScimReply> PutAsync(string path, string body) => SendAsync("PUT", path, body);

    public Task<ScimReply> PatchAsync(string path, string body) => SendAsync("PATCH", path, body);

    public Task<ScimReply> DeleteAsync(string path) => SendAsync("DELETE", path);

    /// <summary>Users that a filter finds.</summary>
    public Task<ScimReply> FindUsersAsync(string filter, string more = "") => GetAsync($"/Users?filter={Uri.EscapeDataString(filter)}{more}");

    /// <summary>Groups that a filter finds.</summary>
    public Task<ScimReply> FindGroupsAsync(string filter, string more = "") => GetAsync($"/Groups?filter={Uri.EscapeDataString(filter)}{more}");

    /// <summary>Creates a user of that name.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> UserAsync(string userName, string more = "")
    {
        var reply = await PostAsync("/Users", $$"""{"schemas":["{{UserUrn}}"],"userName":{{JsonValue.Create(userName).ToJsonString()}}{{more}}}""");
        Assert.Equal(HttpStatusCode.Created, reply.Status);
        return (string)reply.Body!["id"]!;
    }

    /// <summary>Creates a group with these members.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> GroupAsync(string displayName, params string[] members)
    {
        var reply = await PostAsync("/Groups", $$"""{"schemas":["{{GroupUrn}}"],"displayName":"{{displayName}}","members":{{Members(members)}}}""");
        Assert.Equal(HttpStatusCode.Created, reply.Status);
        return (string)reply.Body!["id"]!;
    }

    /// <summary>Ids of a group's members, sorted.</summary>
    public async Task<string[]> MembersOfAsync(string group)
    {
        var reply = await GetAsync($"/Groups/{group}");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        return [.. reply.Body!["members"]!.AsArray().Select(member => (string)member!["value"]!).Order(StringComparer.Ordinal)];
    }

    public static string Members(params IEnumerable<string> ids) => $"[{string.Join(',', ids.Select(id => $$"""{"value":"{{id}}"}"""))}]";

    public static string Patch(params IEnumerable<string> operations) =>
        $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{string.Join(',', operations)}}]}""";

    public async Task<ScimReply> SendAsync(string method, string path, string? body = null, string? authorization = null)
    {
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8);
        return await SendAsync(method, path, content, authorization);
    }

    public async Task<ScimReply> SendAsync(string method, string path, HttpContent? content, string? authorization = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Path + path, UriKind.Relative)) { Content = content };
        request.Headers.TryAddWithoutValidation("Authorization", authorization ?? $"Bearer {token}");
        if (content is not null)
        {
            content.Headers.ContentType = MediaType.Length == 0 ? null : MediaTypeHeaderValue.Parse(MediaType);
        }

        using var response = await http.SendAsync(request, ScimWorld.Token);
        return await ScimReply.ReadAsync(response);
    }
}
