using System.Text.Json.Nodes;
using Xunit;

namespace EncryptionService.Compliance;

/// <summary>Log lines of a host whose output goes somewhere (docs/spec/operations.md, section 3).</summary>
public static class LogLines
{
    /// <summary>Every line is a JSON object, and its one scope names who wrote it, and nothing else.</summary>
    /// <returns>The lines, read.</returns>
    public static IReadOnlyList<JsonObject> AssertNamed(string output, string revision, string replica)
    {
        ArgumentNullException.ThrowIfNull(output);
        JsonObject[] lines = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
        {
            var scope = Assert.Single(line["Scopes"]!.AsArray())!.AsObject();
            Assert.Equal(["Message", "Replica", "Revision"], scope.Select(pair => pair.Key).Order(StringComparer.Ordinal));
            Assert.Equal((revision, replica), ((string?)scope["Revision"], (string?)scope["Replica"]));
        });
        return lines;
    }

    /// <summary>Lines that the framework writes while it answers a request: with its own scopes they would have paths and connections.</summary>
    public static int OfRequests(IEnumerable<JsonObject> lines)
        => lines.Count(line => (string?)line["Category"] == "Microsoft.AspNetCore.Hosting.Diagnostics");
}
