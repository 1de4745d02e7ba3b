using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Tests.Scim.Http;

/// <summary>An answer that has what every SCIM answer must have.</summary>
internal sealed record ScimReply(HttpStatusCode Status, JsonObject? Body, IReadOnlyDictionary<string, string> Headers, string Text)
{
    public int Total => (int)Body!["totalResults"]!;

    public JsonArray Resources => Body![nameof(Resources)]!.AsArray();

    public string[] Ids => [.. Resources.Select(resource => (string)resource!["id"]!)];

    public static async Task<ScimReply> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(ScimWorld.Token);
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            Assert.Empty(text);
            return new ScimReply(response.StatusCode, null, headers, text);
        }

        Assert.Equal("application/scim+json", response.Content.Headers.ContentType?.MediaType);
        var reply = new ScimReply(response.StatusCode, JsonNode.Parse(text)!.AsObject(), headers, text);
        if ((int)response.StatusCode >= 400)
        {
            reply.AssertError();
        }

        return reply;
    }

    /// <summary>Checks status, and <c>scimType</c> of an error.</summary>
    public ScimReply Is(HttpStatusCode status, string? scimType = null)
    {
        Assert.True(Status == status, $"{(int)Status} instead of {(int)status}: {Text}");
        Assert.Equal(scimType, (int)status >= 400 ? (string?)Body!["scimType"] : null);
        return this;
    }

    private void AssertError()
    {
        Assert.Equal("urn:ietf:params:scim:api:messages:2.0:Error", (string?)Assert.Single(Body!["schemas"]!.AsArray()));
        Assert.Equal(((int)Status).ToString(CultureInfo.InvariantCulture), (string?)Body!["status"]);
        Assert.NotEmpty((string)Body!["detail"]!);
        Assert.All(["   at ", "Exception", "SELECT", "Npgsql", "SQLite"], word => Assert.DoesNotContain(word, Text, StringComparison.Ordinal));
    }
}
