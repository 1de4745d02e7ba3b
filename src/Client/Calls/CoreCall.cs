using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EncryptionService.Client;

/// <summary>One request.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Body">The body; empty for GET.</param>
/// <param name="Bearer">The token; null for none.</param>
internal sealed record CoreCall(HttpMethod Method, string Path, byte[] Body, string? Bearer)
{
    public static CoreCall Get(string path) => new(HttpMethod.Get, path, [], null);

    public static CoreCall Post<TJson>(string path, TJson body, JsonTypeInfo<TJson> shape)
        => new(HttpMethod.Post, path, JsonSerializer.SerializeToUtf8Bytes(body, shape), null);

    public HttpRequestMessage ToRequest()
    {
        var request = new HttpRequestMessage(Method, Path);
        if (Bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Bearer);
        }

        if (Method != HttpMethod.Get)
        {
            request.Content = new ByteArrayContent(Body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return request;
    }

    /// <summary>Only method and path: body and token hold secrets.</summary>
    public override string ToString() => $"{Method} {Path}";
}
