using System.Text.Json.Nodes;
using EncryptionService.Compliance;

namespace EncryptionService.Deploy.Tests.Setting;

/// <summary>The files that are handed out.</summary>
internal static class Published
{
    public static string Bicep => RepositoryRoot.Combine("bicep", "main.bicep");

    public static string Path => RepositoryRoot.Combine("deploy", "azuredeploy.json");

    public static string Text => File.ReadAllText(Path);

    /// <summary>A copy that a test may break.</summary>
    public static JsonObject Template() => JsonNode.Parse(Text)!.AsObject();

    /// <summary>A resource as it is written, by its type and what its name ends with.</summary>
    public static JsonObject Resource(this JsonObject template, string type, string name = "") => template["resources"]!.AsArray().Select(resource => resource!.AsObject())
        .Single(resource => (string)resource["type"]! == type && ((string)resource["name"]!).Contains(name, StringComparison.Ordinal));

    /// <summary>The container app's part of the template that makes revisions.</summary>
    public static JsonObject Revision(this JsonObject template) => template.Resource("Microsoft.App/containerApps")["properties"]!["template"]!.AsObject();

    public static JsonObject Container(this JsonObject template) => template.Revision()["containers"]![0]!.AsObject();

    public static JsonObject Ingress(this JsonObject template) => template.Resource("Microsoft.App/containerApps")["properties"]!["configuration"]!["ingress"]!.AsObject();
}
