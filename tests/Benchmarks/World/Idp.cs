using System.Net.Http.Headers;
using System.Text.Json;

namespace EncryptionService.Benchmarks.World;

/// <summary>An identity provider: speaks SCIM to its connection's base URL, as Entra ID and Okta do.</summary>
internal sealed class Idp : IDisposable
{
    /// <summary>Most members that one PATCH names.</summary>
    public const int MembersPerPatch = 100;

    private static readonly MediaTypeHeaderValue mediaType = new("application/scim+json");
    private readonly HttpClient http;
    private readonly Uri baseUrl;
    private readonly string token;
    private long requests;

    public Idp(Uri baseUrl, string token, int connections)
    {
        (this.baseUrl, this.token) = (baseUrl, token);
        http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections, UseProxy = false, UseCookies = false });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The same IdP, calling another instance of the core.</summary>
    public Idp At(Uri address) => new(new Uri(address, baseUrl.AbsolutePath), token, 1);

    /// <summary>Requests that were answered.</summary>
    public long Requests => Interlocked.Read(ref requests);

    public Task FindUserAsync(string name, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"Users?filter=userName+eq+%22{name}%22", null, 200, cancellationToken);

    public Task GetUserAsync(string user, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, $"Users/{user}", null, 200, cancellationToken);

    public Task<string> CreateUserAsync(string name, CancellationToken cancellationToken) => CreateAsync("Users", ScimText.User(name), cancellationToken);

    public Task RenameUserAsync(string user, string displayName, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, $"Users/{user}", ScimText.Patch($$"""{"op":"Replace","path":"displayName","value":"{{displayName}}"}"""), 200, cancellationToken);

    public Task FindGroupAsync(string name, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"Groups?excludedAttributes=members&filter=displayName+eq+%22{name}%22", null, 200, cancellationToken);

    public Task GetGroupAsync(string group, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"Groups/{group}?excludedAttributes=members", null, 200, cancellationToken);

    public Task<string> CreateGroupAsync(string name, CancellationToken cancellationToken) => CreateAsync("Groups", ScimText.Group(name), cancellationToken);

    /// <summary>Adds members, in as many requests as it takes.</summary>
    public async Task AddAsync(string group, IEnumerable<string> members, CancellationToken cancellationToken)
    {
        foreach (var part in members.Chunk(MembersPerPatch))
        {
            await SendAsync(HttpMethod.Patch, $"Groups/{group}", ScimText.Patch($$"""{"op":"Add","path":"members","value":[{{ScimText.Members(part)}}]}"""), 204, cancellationToken);
        }
    }

    public Task RemoveAsync(string group, string member, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Patch, $"Groups/{group}", ScimText.Patch($$"""{"op":"Remove","path":"members","value":[{"value":"{{member}}"}]}"""), 204, cancellationToken);

    /// <summary>Okta's way: the whole group.</summary>
    public Task PutGroupAsync(string group, string name, IEnumerable<string> members, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, $"Groups/{group}", ScimText.Push(group, name, members), 200, cancellationToken);

    public void Dispose() => http.Dispose();

    private async Task<string> CreateAsync(string path, string body, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(await SendAsync(HttpMethod.Post, path, body, 201, cancellationToken));
        return document.RootElement.GetProperty("id").GetString()!;
    }

    private async Task<byte[]> SendAsync(HttpMethod method, string path, string? body, int expected, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, $"{baseUrl.AbsoluteUri}/{path}");
        if (body is not null)
        {
            request.Content = new StringContent(body, mediaType);
        }

        using var answer = await http.SendAsync(request, cancellationToken);
        var content = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        Interlocked.Increment(ref requests);
        return (int)answer.StatusCode == expected
            ? content
            : throw new InvalidDataException($"{method} {path}: {(int)answer.StatusCode} {System.Text.Encoding.UTF8.GetString(content)}");
    }
}
