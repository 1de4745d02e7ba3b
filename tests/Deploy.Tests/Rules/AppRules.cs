using System.Globalization;
using System.Text.Json.Nodes;
using EncryptionService.Deploy.Tests.Arm;
using EncryptionService.Deploy.Tests.Setting;
using static EncryptionService.Deploy.Tests.Rules.Rule;

namespace EncryptionService.Deploy.Tests.Rules;

/// <summary>The container app: what makes the portal say Provisioned and Running.</summary>
internal static class AppRules
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// <summary>What only the core fills in, and what only the customer does.</summary>
    private static readonly string[] ofTheCore = ["organizationId", "coreUrl", "coreId", "coreCallKey", "containerImage", "enrolmentToken"];

    public static Rule[] All { get; } =
    [
        ForAll("replicas", deployment => Replicas(deployment.App.Properties["template"]!["scale"]!)),
        ForAll("one revision", deployment => UnlessEqual("\"Single\"", deployment.App.Properties["configuration"]!["activeRevisionsMode"], "activeRevisionsMode")
            .Concat(Unless((int?)deployment.App.Properties["configuration"]!["maxInactiveRevisions"] is > 0 and <= 100, "maxInactiveRevisions is not set"))),
        ForAll("ingress", deployment => Ingress(deployment.App.Properties["configuration"]!["ingress"]!)),
        For("anybody may call by default", "none", deployment => UnlessEqual("[]", deployment.App.Properties["configuration"]!["ingress"]!["ipSecurityRestrictions"], "ipSecurityRestrictions")),
        For("caller ranges", "caller ranges", deployment => UnlessEqual(
            """[{"name":"allowed-0","ipAddressRange":"203.0.113.0/24","action":"Allow"},{"name":"allowed-1","ipAddressRange":"198.51.100.7/32","action":"Allow"}]""",
            deployment.App.Properties["configuration"]!["ingress"]!["ipSecurityRestrictions"], "ipSecurityRestrictions")),
        new("sizes", Sizes),
        ForAll("scratch folder", deployment => UnlessEqual("""[{"volumeName":"tmp","mountPath":"/tmp"}]""", deployment.Container["volumeMounts"], "volumeMounts")
            .Concat(UnlessEqual("""[{"name":"tmp","storageType":"EmptyDir"}]""", deployment.App.Properties["template"]!["volumes"], "volumes"))),
        new("digest", Pinning),
        new("no image of ours", template => Unless(!template["parameters"]!["containerImage"]!.AsObject().ContainsKey("defaultValue"), "containerImage has a default")
            .Concat(Unless(!template.ToJsonString().Contains("@sha256:0", StringComparison.Ordinal), "a digest is in the template"))),
        new("approved needs operators", template => StorageRules.Refuses(template, """{"trustLevel":"Approved"}""", "operatorKeys")),
        new("parameters of the core", template => ofTheCore.Where(name => template["parameters"]![name]?.AsObject().ContainsKey("defaultValue") != false).Select(name => $"{name} is missing, or has a default")),
        new("parameters of the customer", template => template["parameters"]!.AsObject().Where(parameter => !ofTheCore.Contains(parameter.Key) && !parameter.Value!.AsObject().ContainsKey("defaultValue"))
            .Select(parameter => $"{parameter.Key} has no default: the form would ask for it")
            .Concat(UnlessEqual("[]", template["parameters"]!["operatorKeys"]?["defaultValue"], "operatorKeys"))
            .Concat(UnlessEqual("\"Pinned\"", template["parameters"]!["trustLevel"]?["defaultValue"], "trustLevel"))
            .Concat(UnlessEqual("1", template["parameters"]!["identityGeneration"]?["defaultValue"], "identityGeneration"))),
        For("public registry", "none", deployment => UnlessEqual("[]", deployment.App.Properties["configuration"]!["registries"], "registries")),
        For("private registry", "private registry", deployment => UnlessEqual($$"""[{"server":"registry.example","identity":"{{Samples.Puller}}"}]""", deployment.App.Properties["configuration"]!["registries"], "registries")
            .Concat(Unless(deployment.App.Body["identity"]!["userAssignedIdentities"]!.AsObject().ContainsKey(Samples.Puller), "the app does not have the identity that pulls"))
            .Concat(Unless(deployment.App.Properties["configuration"]!["identitySettings"]!.AsArray().Any(entry => (string?)entry!["identity"] == Samples.Puller && (string?)entry["lifecycle"] == "None"), "the container can act as the identity that pulls"))),
        new("outputs", template => new[] { "serviceUrl", "containerApp", "organizationCodeQuery", "logAnalyticsWorkspace", "keyVault", "storageAccount", "identityName" }
            .Where(name => template["outputs"]?[name] is null).Select(name => $"the output {name} is missing")
            .Concat(Unless(CodeQuery(template).Contains("toint(line.EventId) == 610 and tostring(line.Category) == \"EncryptionService.Service.Keys.RootKeeper\"", StringComparison.Ordinal)
                && !CodeQuery(template).Contains("eec1-", StringComparison.Ordinal), "the query for the organization code takes lines in which the core has a say"))
            .Concat(UnlessEqual($"\"https://{ArmRuntime.Of(ArmDeployment.Of(template, Samples.With()).App.Id)}.configuration.ingress.fqdn\"", ArmDeployment.Of(template, Samples.With()).Outputs["serviceUrl"]?["value"], "serviceUrl"))),
    ];

    private static string CodeQuery(JsonObject template) => (string?)template["outputs"]?["organizationCodeQuery"]?["value"] ?? "";

    private static IEnumerable<string> Replicas(JsonNode scale)
    {
        var (least, most) = ((int)scale["minReplicas"]!, (int)scale["maxReplicas"]!);
        return Unless(least >= 1, "with no replica the status is 'Scale to 0'")
            .Concat(Unless(most > least, "with as many at most as at least the status is 'Running (at max)'"))
            .Concat(Unless(scale["rules"]!.AsArray().Single()!["http"]?["metadata"]?["concurrentRequests"] is JsonValue text && int.TryParse((string?)text, CultureInfo.InvariantCulture, out var requests) && requests > 0, "no rule says when to scale"));
    }

    private static IEnumerable<string> Ingress(JsonNode ingress) => UnlessEqual("true", ingress["external"], "external")
        .Concat(UnlessEqual("\"http2\"", ingress["transport"], "transport"))
        .Concat(UnlessEqual("false", ingress["allowInsecure"], "allowInsecure"))
        .Concat(UnlessEqual("""[{"latestRevision":true,"weight":100}]""", ingress["traffic"], "traffic"))
        .Concat(UnlessEqual($"{new Service.Settings.ServiceOptions().GrpcPort}", ingress["targetPort"], "targetPort"));

    private static IEnumerable<string> Sizes(JsonObject template) => template["parameters"]!["containerCpu"]!["allowedValues"]!.AsArray().SelectMany(cpu =>
    {
        var resources = ArmDeployment.Of(template, Samples.Of($$"""{"containerCpu":"{{cpu}}"}""")).Container["resources"]!;
        var (cores, memory) = (decimal.Parse(resources["cpu"]!.ToJsonString(), CultureInfo.InvariantCulture), (string)resources["memory"]!);
        return Unless(memory == $"{(2 * cores).ToString("0.##", CultureInfo.InvariantCulture)}Gi", $"{cores} cores go with {memory}, but the platform wants twice as many GiB")
            .Concat(Unless(cores is >= 0.25m and <= 4m, $"{cores} cores are none of the platform's"));
    });

    private static IEnumerable<string> Pinning(JsonObject template) => new[]
        {
            "registry.example/eec/service:1.0", "registry.example/eec/service", "service:latest", "registry.example/eec@sha256:0123", "registry.example/eec@sha256:", $"registry.example/eec:{Digest}",
            "registry.example/eec@sha512:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        }.SelectMany(image => StorageRules.Refuses(template, $$"""{"containerImage":"{{image}}"}""", "@sha256:"))
        .Concat(UnlessEqual("\"service@sha256:\"", ArmDeployment.Of(template, Samples.Of("""{"containerImage":"service"}""")).Container["image"], "a bare word"))
        .Concat(UnlessEqual($"\"{Samples.Image}\"", ArmDeployment.Of(template, Samples.With()).Container["image"], "the image"));
}
