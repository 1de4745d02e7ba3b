using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace EncryptionService.Chain.Tests.Setting;

/// <summary>An identity provider: speaks SCIM to its connection's base URL, as Entra ID does.</summary>
internal sealed class Idp : IDisposable
{
    private readonly HttpClient http = new();
    private readonly string baseUrl;

    public Idp(Uri baseUrl, string token)
    {
        this.baseUrl = baseUrl.ToString().TrimEnd('/');
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async Task<string> CreateUserAsync(string userName)
    {
        var created = await SendAsync(HttpMethod.Post, "Users", $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"externalId":"x-{{userName}}","userName":"{{userName}}","active":true,
             "emails":[{"primary":true,"type":"work","value":"{{userName}}"}],"displayName":"{{userName}}","roles":[]}
            """, 201);
        return created!["id"]!.GetValue<string>();
    }

    public async Task<string> CreateGroupAsync(string name)
    {
        var created = await SendAsync(HttpMethod.Post, "Groups", $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
             "externalId":"x-{{name}}","displayName":"{{name}}"}
            """, 201);
        return created!["id"]!.GetValue<string>();
    }

    public Task AddAsync(string group, params string[] members) => PatchAsync(
        $"Groups/{group}", $$"""{"op":"Add","path":"members","value":[{{string.Join(',', members.Select(member => $$"""{"$ref":null,"value":"{{member}}"}"""))}}]}""", 204);

    public Task RemoveAsync(string group, string member) => PatchAsync($"Groups/{group}", $$"""{"op":"remove","path":"members[value eq \"{{member}}\"]"}""", 204);

    public Task SetActiveAsync(string user, bool active) => PatchAsync($"Users/{user}", $$"""{"op":"Replace","path":"active","value":"{{(active ? "True" : "False")}}"}""", 200);

    public Task DeleteUserAsync(string user) => SendAsync(HttpMethod.Delete, $"Users/{user}", null, 204);

    public Task DeleteGroupAsync(string group) => SendAsync(HttpMethod.Delete, $"Groups/{group}", null, 204);

    public Task<JsonNode?> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, 200);

    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, string? body, int expected)
    {
        using var request = new HttpRequestMessage(method, $"{baseUrl}/{path}");
        if (body is not null)
        {
            request.Content = new StringContent(body, new MediaTypeHeaderValue("application/scim+json"));
        }

        using var response = await http.SendAsync(request, Stop);
        Assert.True(expected == (int)response.StatusCode, $"{method} {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Stop)}");
        return expected == 204 ? null : await response.Content.ReadFromJsonAsync<JsonNode>(Stop);
    }

    public void Dispose() => http.Dispose();

    private Task<JsonNode?> PatchAsync(string path, string operation, int expected) => SendAsync(
        HttpMethod.Patch, path, $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{operation}}]}""", expected);
}
