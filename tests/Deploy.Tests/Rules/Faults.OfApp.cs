using System.Text.Json.Nodes;
using EncryptionService.Deploy.Tests.Setting;

namespace EncryptionService.Deploy.Tests.Rules;

/// <summary>Faults of storage, network, app and service.</summary>
internal static partial class Faults
{
    private static (string, string, Action<JsonObject>)[] OfStorage =>
    [
        ("storage", "an old TLS", t => t.Resource(Storage)["properties"]!["minimumTlsVersion"] = "TLS1_0"),
        ("storage", "a ledger for everybody", t => t.Resource(Container)["properties"]!["publicAccess"] = "Blob"),
        ("storage", "one zone", t => t.Resource(Storage)["sku"]!["name"] = "Standard_LRS"),
        ("soft delete", "deleted for good at once", t => t.Resource(Blobs)["properties"]!["deleteRetentionPolicy"]!["enabled"] = false),
        ("mutable by default", "a policy that was not asked for", t => t["parameters"]!["immutabilityDays"]!["defaultValue"] = 7),
        ("append only", "a policy that forbids to append", t => t.Resource(Policy)["properties"]!.AsObject().Remove("allowProtectedAppendWrites")),
        ("append only", "a state that cannot be written", t => t.Resource(Policy)["properties"]!["state"] = "Locked"),
        ("logs", "a vault that does not log", t => t["resources"]!.AsArray().Remove(Setting(t, "Microsoft.KeyVault/vaults'"))),
        ("logs", "logs that are off", t => Setting(t, "Microsoft.App/managedEnvironments'")["properties"]!["logs"]![0]!["enabled"] = false),
        ("tags", "a vault without tags", t => t.Resource(Vault).Remove("tags")),
        ("open network", "a vault that locks the app out", t => t.Resource(Vault)["properties"]!["networkAcls"]!["defaultAction"] = "Deny"),
        ("own network", "a storage account that stays open", t => t.Resource(Storage)["properties"]!["networkAcls"]!["defaultAction"] = "Allow"),
        ("own network", "a vault that locks the subnet out", t => t.Resource(Vault)["properties"]!["networkAcls"]!["virtualNetworkRules"] = new JsonArray()),
        ("internal network", "an internal environment with a public entry", t => t.Resource(Environment)["properties"]!["publicNetworkAccess"] = "Enabled"),
        ("internal needs a network", "internal without a network", t => t["variables"]!["isInternal"] = "[parameters('internalEnvironment')]"),
    ];

    private static (string, string, Action<JsonObject>)[] OfApp =>
    [
        ("replicas", "none at night", t => t["parameters"]!["minReplicas"]!["defaultValue"] = 0),
        ("replicas", "as many as at most", t => t["parameters"]!["maxReplicas"]!["defaultValue"] = 1),
        ("replicas", "no rule", t => t.Revision()["scale"]!["rules"]![0]!.AsObject().Remove("http")),
        ("one revision", "several revisions", t => t.Resource(App)["properties"]!["configuration"]!["activeRevisionsMode"] = "Multiple"),
        ("ingress", "HTTP/1.1", t => t.Ingress()["transport"] = "auto"),
        ("ingress", "cleartext", t => t.Ingress()["allowInsecure"] = true),
        ("ingress", "the probes' port", t => t.Ingress()["targetPort"] = 8081),
        ("anybody may call by default", "a range nobody asked for", t => t["parameters"]!["allowedCallerRanges"]!["defaultValue"] = new JsonArray("203.0.113.0/24")),
        ("caller ranges", "a range that is denied", t => t.Ingress()["copy"]![0]!["input"]!["action"] = "Deny"),
        ("sizes", "too little memory", t => t["variables"]!["memoryOf"]!["1"] = "1Gi"),
        ("scratch folder", "no place for temporary files", t => t.Container().Remove("volumeMounts")),
        ("digest", "a tag that passes", t => t["variables"]!["image"] = "[parameters('containerImage')]"),
        ("digest", "a digest of any length", t => t["variables"]!["isPinned"] = "[contains(parameters('containerImage'), '@sha256:')]"),
        ("no image of ours", "an image by default", t => t["parameters"]!["containerImage"]!["defaultValue"] = Samples.Image),
        ("approved needs operators", "approvals that nobody can give", t => t["variables"]!["trust"] = "[parameters('trustLevel')]"),
        ("parameters of the core", "a core by default", t => t["parameters"]!["coreUrl"]!["defaultValue"] = "https://core.example"),
        ("parameters of the customer", "operators by default", t => t["parameters"]!["operatorKeys"]!["defaultValue"] = new JsonArray(new JsonObject())),
        ("parameters of the customer", "a trust level that must be chosen", t => t["parameters"]!["trustLevel"]!.AsObject().Remove("defaultValue")),
        ("public registry", "a registry by default", t => t["parameters"]!["registryIdentityId"]!["defaultValue"] = Samples.Puller),
        ("private registry", "a container that can act as the one that pulls", t => t.Resource(App)["properties"]!["configuration"]!["identitySettings"] =
            ((string)t.Resource(App)["properties"]!["configuration"]!["identitySettings"]!).Replace("'None'", "'All'", StringComparison.Ordinal)),
        ("outputs", "no address", t => t["outputs"]!.AsObject().Remove("serviceUrl")),
    ];

    private static (string, string, Action<JsonObject>)[] OfService =>
    [
        ("environment", "a name that no option has", t => Variable(t, "Service__OrganizationId")["name"] = "Service__Organization"),
        ("environment", "a section that nobody reads", t => Variable(t, "Core__Id")["name"] = "Cores__Id"),
        ("environment", "no vault", t => t.Container()["env"]!.AsArray().Remove(Variable(t, "Keys__VaultUrl"))),
        ("environment", "a ledger that is the account", t => Variable(t, "Ledger__ContainerUrl")["value"] = "[reference(resourceId('Microsoft.Storage/storageAccounts', format('steec{0}', variables('suffix'))), '2025-06-01').primaryEndpoints.blob]"),
        ("environment", "a level that is none", t => Variable(t, "Service__TrustLevel")["value"] = "Trusting"),
        ("environment", "a secret that is not there", t => Variable(t, "Service__EnrolmentToken")["secretRef"] = "token"),
        ("one identity", "no client id", t => t.Container()["env"]!.AsArray().Remove(Variable(t, "AZURE_CLIENT_ID"))),
        ("operators", "operators that are left out", t => Variable(t, "Service__OperatorKeys")["value"] = "[[]"),
        ("key names", "a key under another name", t => t.Resource(Key, "wrapping-key")["name"] = "[format('{0}/{1}', format('kv-eec-{0}', variables('suffix')), 'kek')]"),
        ("probes", "no readiness", t => t.Container()["probes"]!.AsArray().RemoveAt(1)),
        ("probes", "the ingress's port", t => t.Container()["probes"]![0]!["httpGet"]!["port"] = 8080),
        ("probes", "more failures than the platform counts", t => t.Container()["probes"]![0]!["failureThreshold"] = 48),
        ("probes are served", "a path that nobody serves", t => t.Container()["probes"]![2]!["httpGet"]!["path"] = "/healthz"),
        ("probes are served", "liveness that asks the vault", t => t.Container()["probes"]![2]!["httpGet"]!["path"] = "/healthz/ready"),
        ("time to start", "a minute", t => t.Container()["probes"]![0]!["periodSeconds"] = 6),
        ("time to stop", "ten seconds", t => t.Revision()["terminationGracePeriodSeconds"] = 10),
    ];

    private static JsonObject Setting(JsonObject template, string scope) => template["resources"]!.AsArray().Select(resource => resource!.AsObject())
        .Single(resource => (string)resource["type"]! == "Microsoft.Insights/diagnosticSettings" && ((string)resource["scope"]!).Contains(scope, StringComparison.Ordinal));
}
