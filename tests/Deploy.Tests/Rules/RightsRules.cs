using System.Text.Json.Nodes;
using EncryptionService.Deploy.Tests.Arm;
using EncryptionService.Deploy.Tests.Setting;
using static EncryptionService.Deploy.Tests.Rules.Rule;

namespace EncryptionService.Deploy.Tests.Rules;

/// <summary>Who may do what, and which secrets there are.</summary>
internal static class RightsRules
{
    private const string Assignments = "Microsoft.Authorization/roleAssignments";

    /// <summary>Role (id of Azure's own definition) and the one resource it is given on.</summary>
    private static readonly (string Role, Func<ArmDeployment, string> Scope)[] rights =
    [
        ("e147488a-f6f5-4113-8e2d-b22465e65bf6", deployment => deployment.Key("wrapping-key").Id), // Key Vault Crypto Service Encryption User: wrap, unwrap
        ("12338af0-0e69-4776-bea7-57ae8d297424", deployment => deployment.Key("organization-key").Id), // Key Vault Crypto User: sign
        ("ba92f5b4-2d11-453d-a403-e96b0029c9fe", deployment => deployment.Single("Microsoft.Storage/storageAccounts/blobServices/containers").Id), // Storage Blob Data Contributor
    ];

    public static Rule[] All { get; } =
    [
        ForAll("least rights", deployment => rights.Select(right => $"{right.Role} on {right.Scope(deployment)}").Order(StringComparer.Ordinal)
            .SequenceEqual(deployment.OfType(Assignments).Select(one => $"{Role(one)} on {one.Body["scope"]}").Order(StringComparer.Ordinal))
                ? [] : ["other roles, or on other resources, than the table says"]),
        ForAll("assignments", deployment => deployment.OfType(Assignments).SelectMany(one => Assignment(deployment, one))),
        ForAll("rights before the first start", deployment => deployment.OfType(Assignments).Where(one => !deployment.App.DependsOn.Contains(one.Id.ToLowerInvariant())).Select(one => $"the app does not wait for {one.Name}")),
        ForAll("own identity", deployment => UnlessEqual("\"UserAssigned\"", deployment.App.Body["identity"]!["type"], "the app's identity")
            .Concat(Unless(deployment.App.Properties["configuration"]!["identitySettings"]!.AsArray().Single(entry => (string)entry!["lifecycle"]! == "Main")!["identity"]!.GetValue<string>() == deployment.Identity.Id, "the container acts as somebody else"))),
        new("secret parameter", SecretParameter),
        new("no listed keys", template => template.Calls().Where(found => found.Call.Name.StartsWith("list", StringComparison.OrdinalIgnoreCase)).Select(found => $"{found.Path} reads a key into the deployment")),
        ForAll("no shared keys", deployment => UnlessEqual("false", deployment.Storage.Properties["allowSharedKeyAccess"], "allowSharedKeyAccess")
            .Concat(UnlessEqual("""{"destination":"azure-monitor"}""", deployment.Environment.Properties["appLogsConfiguration"], "appLogsConfiguration"))
            .Concat(UnlessEqual("true", deployment.Single("Microsoft.OperationalInsights/workspaces").Properties["features"]?["disableLocalAuth"], "disableLocalAuth"))),
        ForAll("token travels as a secret", deployment => deployment.App.Body.Texts().Where(found => found.Text.Contains(Samples.Token, StringComparison.Ordinal) && !found.Path.Contains("/secrets/", StringComparison.Ordinal))
            .Select(found => $"{found.Path} shows the token")
            .Concat(Unless(deployment.App.Properties["configuration"]!["secrets"]!.AsArray().Any(secret => (string?)secret!["value"] == Samples.Token), "no secret has the token"))),
        ForAll("no secret in outputs", deployment => deployment.Outputs.Texts().Where(found => found.Text.Contains(Samples.Token, StringComparison.Ordinal)).Select(found => $"the output {found.Path} shows the token")),
    ];

    private static string Role(ArmResource assignment) => ((string)assignment.Properties["roleDefinitionId"]!).Split('/')[^1];

    private static IEnumerable<string> Assignment(ArmDeployment deployment, ArmResource one) =>
        Unless(one.Name == ArmFunctions.Guid([(string)one.Body["scope"]!, deployment.Identity.Id, Role(one)]), $"the name {one.Name} is not guid(scope, identity, role)")
            .Concat(UnlessEqual("\"ServicePrincipal\"", one.Properties["principalType"], "principalType"))
            .Concat(Unless((string?)one.Properties["principalId"] == $"{ArmRuntime.Of(deployment.Identity.Id)}.principalId", "the role is somebody else's"));

    /// <summary>The one secret is a securestring without a default, and what has a secret's name is secure.</summary>
    private static IEnumerable<string> SecretParameter(JsonObject template)
    {
        var parameters = template["parameters"]!.AsObject();
        var intoSecrets = template.Resource("Microsoft.App/containerApps")["properties"]!["configuration"]!["secrets"]!.AsArray().SelectMany(secret => template.ParametersIn(secret!["value"])).ToHashSet();
        return intoSecrets.Where(name => (string?)parameters[name]!["type"] != "securestring").Select(name => $"{name} is no securestring")
            .Concat(parameters.Where(parameter => ((string)parameter.Value!["type"]!).StartsWith("secure", StringComparison.Ordinal) && parameter.Value.AsObject().ContainsKey("defaultValue")).Select(parameter => $"{parameter.Key} has a default"))
            .Concat(Unless(intoSecrets.SetEquals(["enrolmentToken"]), "the secrets are not the enrolment token alone"));
    }
}
