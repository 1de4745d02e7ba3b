using System.Text.Json.Nodes;
using EncryptionService.Hammer.Report;

namespace EncryptionService.Hammer.Scim.Idp;

/// <summary>A request of SCIM, and what it was answered with.</summary>
/// <param name="What">Method and path, for messages.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">Body; null for none.</param>
/// <param name="Lost">How often it was sent before without an answer.</param>
internal sealed record ScimAnswer(string What, int Status, JsonObject? Body, int Lost)
{
    /// <summary>The body, if the status is one of these.</summary>
    public JsonObject Expect(params ReadOnlySpan<int> statuses)
    {
        if (!statuses.Contains(Status))
        {
            throw new HammerException($"{What} was answered with {Status}: {Body?["scimType"]} {Body?["detail"]}");
        }

        return Body ?? [];
    }

    /// <summary>The id of the resource in the answer.</summary>
    public string ExpectId(int status) =>
        (string?)Expect(status)["id"] ?? throw new HammerException($"{What} was answered with {Status} and without an id.");

    /// <summary>The only resource of a list, or null for an empty one.</summary>
    public JsonObject? ExpectAtMostOne()
    {
        var body = Expect(200);
        var total = (int?)body["totalResults"];
        var resources = body["Resources"]?.AsArray();
        return (total, resources?.Count) switch
        {
            (0, 0) => null,
            (1, 1) => resources![0]!.AsObject(),
            _ => throw new HammerException($"{What} found {total} with {resources?.Count} resources."),
        };
    }
}
