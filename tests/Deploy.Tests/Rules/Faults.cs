using System.Text.Json.Nodes;
using EncryptionService.Deploy.Tests.Setting;

namespace EncryptionService.Deploy.Tests.Rules;

/// <summary>Ways to break the template, each with the rule that has to see it.</summary>
internal static partial class Faults
{
    private const string App = "Microsoft.App/containerApps";
    private const string Vault = "Microsoft.KeyVault/vaults";
    private const string Key = "Microsoft.KeyVault/vaults/keys";
    private const string Storage = "Microsoft.Storage/storageAccounts";
    private const string Blobs = "Microsoft.Storage/storageAccounts/blobServices";
    private const string Container = "Microsoft.Storage/storageAccounts/blobServices/containers";
    private const string Policy = "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies";
    private const string Environment = "Microsoft.App/managedEnvironments";
    private const string Workspace = "Microsoft.OperationalInsights/workspaces";
    private const string Assignment = "Microsoft.Authorization/roleAssignments";

    public static IReadOnlyList<(string Rule, string Fault, Action<JsonObject> Seed)> All { get; } = [.. OfRedeployment, .. OfRights, .. OfKeys, .. OfStorage, .. OfApp, .. OfService];

    private static (string, string, Action<JsonObject>)[] OfRedeployment =>
    [
        ("revision suffix", "a fixed suffix", t => t.Revision()["revisionSuffix"] = "v1"),
        ("clock and chance", "a name by the clock", t => t["variables"]!["suffix"] = "[uniqueString(utcNow())]"),
        ("clock and chance", "a name by chance", t => Role(t, 0)["name"] = "[newGuid()]"),
        ("versions", "an older version of the vault", t => t.Resource(Vault)["apiVersion"] = "2023-07-01"),
        ("same names again", "the app under another name", t => t["variables"]!["appName"] = "eec"),
        ("same names again", "a name from the running deployment", t => t.Resource(Workspace)["name"] = "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'x')).clientId]"),
        ("salted names", "a vault of one name everywhere", t => t.Resource(Vault)["name"] = "kv-eec"),
        ("salted names", "a salt that does nothing", t => t["variables"]!["suffix"] = "[uniqueString(resourceGroup().id)]"),
        ("salted names", "an environment that the salt moves", t => t["variables"]!["place"] = "[uniqueString(resourceGroup().id, parameters('nameSalt'))]"),
        ("name forms", "a vault's name that is too long", t => t.Resource(Vault)["name"] = "[format('kv-encryption-service-{0}', variables('suffix'))]"),
        ("name forms", "a storage account with a dash", t => t.Resource(Storage)["name"] = "[format('st-eec-{0}', variables('suffix'))]"),
        ("waits", "an app that does not wait for the vault", t => RemoveFrom(t.Resource(App)["dependsOn"]!.AsArray(), "'Microsoft.KeyVault/vaults'", "'Microsoft.KeyVault/vaults/keys'")),
        ("waits", "a key before its vault", t => t.Resource(Key, "wrapping-key").Remove("dependsOn")),
        ("waits", "a role before its identity", t => Role(t, 2)["dependsOn"]!.AsArray().Clear()),
        ("one file", "a field without a tooltip", t => t["parameters"]!["tags"]!.AsObject().Remove("metadata")),
        ("one file", "a template elsewhere", t => t["resources"]!.AsArray().Add(new JsonObject { ["type"] = "Microsoft.Resources/deployments", ["name"] = "x" })),
        ("one file", "a type in other letters", t => t["parameters"]!["enrolmentToken"]!["type"] = "secureString"),
        ("whole ingress", "an ingress without restrictions", t => t.Ingress().Remove("copy")),
        ("whole ingress", "an ingress without traffic", t => t.Ingress().Remove("traffic")),
    ];

    private static (string, string, Action<JsonObject>)[] OfRights =>
    [
        ("least rights", "a role on the whole vault", t => Role(t, 0)["scope"] = "[resourceId('Microsoft.KeyVault/vaults', format('kv-eec-{0}', variables('suffix')))]"),
        ("least rights", "every operation with the wrapping key", t => t["variables"]!["roleCryptoServiceEncryptionUser"] = "12338af0-0e69-4776-bea7-57ae8d297424"),
        ("least rights", "owner of the blobs", t => t["variables"]!["roleBlobDataContributor"] = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"),
        ("least rights", "a role too many", t => t["resources"]!.AsArray().Add(Role(t, 0).DeepClone())),
        ("assignments", "a name that is no guid", t => Role(t, 1)["name"] = "[guid('x')]"),
        ("assignments", "a principal looked up in the directory", t => Role(t, 1)["properties"]!.AsObject().Remove("principalType")),
        ("assignments", "another principal", t => Role(t, 2)["properties"]!["principalId"] = "44444444-4444-4444-4444-444444444444"),
        ("rights before the first start", "an app that does not wait for its rights", t => RemoveFrom(t.Resource(App)["dependsOn"]!.AsArray(), "roleCryptoUser")),
        ("own identity", "an identity that exists only after the app", t => t.Resource(App)["identity"]!["type"] = "SystemAssigned"),
        ("own identity", "a container that acts as the one that pulls", t => t.Resource(App)["properties"]!["configuration"]!["identitySettings"] = new JsonArray(new JsonObject { ["identity"] = Samples.Puller, ["lifecycle"] = "Main" })),
        ("secret parameter", "a token in a plain string", t => t["parameters"]!["enrolmentToken"]!["type"] = "string"),
        ("secret parameter", "a token with a default", t => t["parameters"]!["enrolmentToken"]!["defaultValue"] = "x"),
        ("secret parameter", "another secret", t => t.Resource(App)["properties"]!["configuration"]!["secrets"]!.AsArray().Add(new JsonObject { ["name"] = "more", ["value"] = "[parameters('coreId')]" })),
        ("no listed keys", "the workspace's key", t => t.Resource(Environment)["properties"]!["tags"] = "[listKeys('x', '2025-02-01').primarySharedKey]"),
        ("no shared keys", "a storage account with keys", t => t.Resource(Storage)["properties"]!["allowSharedKeyAccess"] = true),
        ("no shared keys", "logs by a shared key", t => t.Resource(Environment)["properties"]!["appLogsConfiguration"]!["destination"] = "log-analytics"),
        ("no shared keys", "a workspace with keys", t => t.Resource(Workspace)["properties"]!.AsObject().Remove("features")),
        ("token travels as a secret", "the token in the environment", t => Variable(t, "Service__EnrolmentToken")["value"] = "[parameters('enrolmentToken')]"),
        ("token travels as a secret", "no token at all", t => t.Resource(App)["properties"]!["configuration"]!["secrets"]![0]!["value"] = "x"),
        ("no secret in outputs", "the token as an output", t => t["outputs"]!["token"] = new JsonObject { ["type"] = "string", ["value"] = "[parameters('enrolmentToken')]" }),
    ];

    private static (string, string, Action<JsonObject>)[] OfKeys =>
    [
        ("vault", "access policies", t => t.Resource(Vault)["properties"]!["enableRbacAuthorization"] = false),
        ("vault", "purge protection said to be off", t => t.Resource(Vault)["properties"]!["enablePurgeProtection"] = false),
        ("vault", "a week of soft delete", t => t.Resource(Vault)["properties"]!["softDeleteRetentionInDays"] = 7),
        ("premium by default", "a cheaper vault", t => t["parameters"]!["keyVaultSku"]!["defaultValue"] = "standard"),
        ("premium by default", "recovery as a rule", t => t["parameters"]!["recoverKeyVault"]!["defaultValue"] = true),
        ("standard vault", "hardware keys in a vault without hardware", t => t.Resource(Key, "wrapping-key")["properties"]!["kty"] = "RSA-HSM"),
        ("recovery", "a vault that cannot be recovered", t => t.Resource(Vault)["properties"]!["createMode"] = "default"),
        ("wrapping key", "a shorter key", t => t.Resource(Key, "wrapping-key")["properties"]!["keySize"] = 2048),
        ("wrapping key", "a key that also decrypts", t => t.Resource(Key, "wrapping-key")["properties"]!["keyOps"]!.AsArray().Add("decrypt")),
        ("wrapping key", "a key that expires", t => t.Resource(Key, "wrapping-key")["properties"]!["rotationPolicy"]!["attributes"] = new JsonObject { ["expiryTime"] = "P1Y" }),
        ("organization key", "an organization key that rotates", t => t.Resource(Key, "organization-key")["properties"]!["rotationPolicy"] = t.Resource(Key, "wrapping-key")["properties"]!["rotationPolicy"]!.DeepClone()),
        ("organization key", "another curve", t => t.Resource(Key, "organization-key")["properties"]!["curveName"] = "P-384"),
        ("keys stay", "a key that can be taken out", t => t.Resource(Key, "wrapping-key")["properties"]!["attributes"]!["exportable"] = true),
    ];

    private static JsonObject Role(JsonObject template, int index) =>
        template["resources"]!.AsArray().Where(resource => (string)resource!["type"]! == Assignment).ElementAt(index)!.AsObject();

    private static JsonObject Variable(JsonObject template, string name) => template.Container()["env"]!.AsArray().Single(entry => (string)entry!["name"]! == name)!.AsObject();

    private static void RemoveFrom(JsonArray waits, params string[] texts)
    {
        foreach (var wait in waits.Where(wait => texts.Any(text => ((string)wait!).Contains(text, StringComparison.Ordinal))).ToArray())
        {
            waits.Remove(wait);
        }
    }
}
