using System.Text.Json.Nodes;
using EncryptionService.Hammer.Checks;
using EncryptionService.Hammer.Scim.Hosts;

namespace EncryptionService.Hammer.Scim.Checks;

/// <summary>What the core's administrator is told: <c>status --json</c>.</summary>
internal static class StatusReading
{
    /// <summary>Nothing waits, nothing is parked or refused, and every group has all its envelopes.</summary>
    public static async Task<Check> AtRestAsync(Installation hosts, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var groups = 0;
        foreach (var organization in JsonNode.Parse(await hosts.CoreVerbAsync(["status", "--json"], cancellationToken))!["organizations"]!.AsArray())
        {
            var events = organization!["events"]!;
            Expect((long)events["waiting"]! == 0 && (long)events["parked"]! == 0, "events wait, or are parked");
            Expect(organization["refused"] is not JsonArray { Count: > 0 }, "members were refused");
            Expect(organization["service"] is JsonObject, "no service is enrolled");
            foreach (var group in organization["groups"]!.AsArray())
            {
                groups++;
                Expect((bool?)group!["complete"] == true, $"{group["displayName"]} is not complete");
            }
        }

        return Check.Of("The core's administrator is told that nothing waits", $"'status --json', {groups} groups", problems);

        void Expect(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }
}
