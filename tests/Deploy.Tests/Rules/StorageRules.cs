using EncryptionService.Deploy.Tests.Arm;
using EncryptionService.Deploy.Tests.Setting;
using static EncryptionService.Deploy.Tests.Rules.Rule;

namespace EncryptionService.Deploy.Tests.Rules;

/// <summary>Ledger, logs, network.</summary>
internal static class StorageRules
{
    private const string Policies = "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies";

    public static Rule[] All { get; } =
    [
        ForAll("storage", deployment => UnlessEqual("\"TLS1_2\"", deployment.Storage.Properties["minimumTlsVersion"], "minimumTlsVersion")
            .Concat(UnlessEqual("true", deployment.Storage.Properties["supportsHttpsTrafficOnly"], "supportsHttpsTrafficOnly"))
            .Concat(UnlessEqual("false", deployment.Storage.Properties["allowBlobPublicAccess"], "allowBlobPublicAccess"))
            .Concat(UnlessEqual("\"Standard_ZRS\"", deployment.Storage.Body["sku"]!["name"], "sku"))
            .Concat(UnlessEqual("\"None\"", deployment.Single("Microsoft.Storage/storageAccounts/blobServices/containers").Properties["publicAccess"], "publicAccess"))),
        ForAll("soft delete", deployment => new[] { "deleteRetentionPolicy", "containerDeleteRetentionPolicy" }.SelectMany(policy =>
            UnlessEqual("true", deployment.Single("Microsoft.Storage/storageAccounts/blobServices").Properties[policy]?["enabled"], policy))),
        For("mutable by default", "none", deployment => Unless(!deployment.OfType(Policies).Any(), "a policy that nobody asked for")),
        // 'state' can only be read: a template makes a policy unlocked, and locking is a step of its own.
        For("append only", "immutable", deployment => UnlessEqual("""{"immutabilityPeriodSinceCreationInDays":7,"allowProtectedAppendWrites":true}""", deployment.Single(Policies).Body["properties"], "the policy")),
        ForAll("logs", deployment => new[] { deployment.Environment, deployment.Vault, deployment.Single("Microsoft.Storage/storageAccounts/blobServices") }.SelectMany(resource =>
            Unless(
                deployment.OfType("Microsoft.Insights/diagnosticSettings").Any(setting => (string?)setting.Body["scope"] == resource.Id
                    && (string?)setting.Properties["workspaceId"] == deployment.Single("Microsoft.OperationalInsights/workspaces").Id
                    && setting.Properties["logs"]!.AsArray().Count > 0 && setting.Properties["logs"]!.AsArray().All(log => (bool)log!["enabled"]! && log["retentionPolicy"] is null)),
                $"{resource.Type} does not log"))),
        ForAll("tags", deployment => deployment.Resources.Where(resource => resource.Type is "Microsoft.App/containerApps" or "Microsoft.App/managedEnvironments" or "Microsoft.KeyVault/vaults"
            or "Microsoft.ManagedIdentity/userAssignedIdentities" or "Microsoft.OperationalInsights/workspaces" or "Microsoft.Storage/storageAccounts")
            .Where(resource => resource.Body["tags"] is null || resource.Body["location"] is null).Select(resource => $"{resource.Type} has no tags or no location")),
        For("open network", "none", deployment => Network(deployment, "Allow", "[]", "[]", """{"internal":false}""", "Enabled")),
        For("own network", "own network", deployment => Network(
            deployment, "Deny", $$"""[{"id":"{{Samples.Subnet}}"}]""", $$"""[{"id":"{{Samples.Subnet}}","action":"Allow"}]""",
            $$"""{"infrastructureSubnetId":"{{Samples.Subnet}}","internal":false}""", "Enabled")),
        For("internal network", "internal", deployment => Network(
            deployment, "Deny", $$"""[{"id":"{{Samples.Subnet}}"}]""", $$"""[{"id":"{{Samples.Subnet}}","action":"Allow"}]""",
            $$"""{"infrastructureSubnetId":"{{Samples.Subnet}}","internal":true}""", "Disabled")),
        new("internal needs a network", template => Refuses(template, """{"internalEnvironment":true}""", "infrastructureSubnetId")),
    ];

    /// <summary>One fault unless the template refuses these parameters, and says why.</summary>
    public static IEnumerable<string> Refuses(System.Text.Json.Nodes.JsonObject template, string parameters, string why)
    {
        try
        {
            ArmDeployment.Of(template, Samples.Of(parameters));
            return [$"{parameters} is accepted"];
        }
        catch (ArmFailException refused)
        {
            return Unless(refused.Message.Contains(why, StringComparison.Ordinal), $"{parameters} is refused without a word about {why}");
        }
    }

    private static IEnumerable<string> Network(ArmDeployment deployment, string action, string vaultRules, string storageRules, string network, string access) =>
        UnlessEqual($"\"{action}\"", deployment.Vault.Properties["networkAcls"]!["defaultAction"], "the vault's network")
            .Concat(UnlessEqual(vaultRules, deployment.Vault.Properties["networkAcls"]!["virtualNetworkRules"], "the vault's rules"))
            .Concat(UnlessEqual($"\"{action}\"", deployment.Storage.Properties["networkAcls"]!["defaultAction"], "the storage's network"))
            .Concat(UnlessEqual(storageRules, deployment.Storage.Properties["networkAcls"]!["virtualNetworkRules"], "the storage's rules"))
            .Concat(UnlessEqual(network, deployment.Environment.Properties["vnetConfiguration"], "the environment's network"))
            .Concat(UnlessEqual($"\"{access}\"", deployment.Environment.Properties["publicNetworkAccess"], "the environment's public access"));
}
