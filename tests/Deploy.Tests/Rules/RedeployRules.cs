using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EncryptionService.Deploy.Tests.Arm;
using EncryptionService.Deploy.Tests.Setting;
using static EncryptionService.Deploy.Tests.Rules.Rule;

namespace EncryptionService.Deploy.Tests.Rules;

/// <summary>A second deployment finds what the first one made, and changes nothing that was not asked for.</summary>
internal static partial class RedeployRules
{
    /// <summary>The one table of versions. Those of the vault before this one are shut down in February 2027.</summary>
    private static readonly Dictionary<string, string> versions = new()
    {
        ["Microsoft.App"] = "2025-07-01",
        ["Microsoft.Authorization"] = "2022-04-01",
        ["Microsoft.Insights"] = "2021-05-01-preview",
        ["Microsoft.KeyVault"] = "2026-02-01",
        ["Microsoft.ManagedIdentity"] = "2024-11-30",
        ["Microsoft.OperationalInsights"] = "2025-02-01",
        ["Microsoft.Storage"] = "2025-06-01",
    };

    public static Rule[] All { get; } =
    [
        ForAll("revision suffix", deployment => Unless(!deployment.App.Properties["template"]!.AsObject().ContainsKey("revisionSuffix"), "a second deployment would reuse the revision's name")),
        new("clock and chance", template => template.Calls().Where(found => found.Call.Name is "utcNow" or "newGuid").Select(found => $"{found.Path} changes with every deployment")),
        new("versions", template => template["resources"]!.AsArray()
            .Where(resource => versions.GetValueOrDefault(((string)resource!["type"]!).Split('/')[0]) != (string?)resource["apiVersion"])
            .Select(resource => $"{resource!["type"]} has {resource["apiVersion"]}")),
        new("same names again", template => SameAgain(template)),
        new("salted names", Salted),
        ForAll("name forms", NameForms),
        ForAll("waits", Waits),
        new("one file", OneFile),
        ForAll("whole ingress", deployment => new[] { "external", "targetPort", "transport", "allowInsecure", "clientCertificateMode", "traffic", "ipSecurityRestrictions" }
            .Where(member => !deployment.App.Properties["configuration"]!["ingress"]!.AsObject().ContainsKey(member)).Select(member => $"a redeployment would reset ingress.{member}")),
    ];

    private static IEnumerable<string> SameAgain(JsonObject template) => Samples.Options.Keys.SelectMany(option =>
    {
        var (first, second) = (ArmDeployment.Of(template, Samples.With(option)), ArmDeployment.Of(template, Samples.With(option)));
        return Unless(first.Resources.Select(resource => resource.Id).SequenceEqual(second.Resources.Select(resource => resource.Id)), "names change from one deployment to the next")
            .Concat(Unless(first.Resources.All(resource => !ArmRuntime.IsIn(resource.Id)), "a name is not known before the deployment"))
            .Concat(UnlessEqual("\"eec-container\"", first.App.Name, "the app"));
    });

    /// <summary>Names that the whole of Azure shares differ between resource groups. The salt starts anew: vault, ledger and identity; app, environment and logs stay.</summary>
    private static IEnumerable<string> Salted(JsonObject template)
    {
        var here = ArmDeployment.Of(template, Samples.With());
        var there = ArmDeployment.Of(template, Samples.With(), new ArmPlace("other"));
        var salted = ArmDeployment.Of(template, Samples.Of("""{"nameSalt":"x"}"""));
        return new Func<ArmDeployment, ArmResource>[] { deployment => deployment.Vault, deployment => deployment.Storage, deployment => deployment.Identity }
            .SelectMany(one => Unless(one(here).Name != one(there).Name, $"{one(here).Type} has one name in every resource group")
                .Concat(Unless(one(here).Name != one(salted).Name, $"nameSalt does not change {one(here).Type}")))
            .Concat(new Func<ArmDeployment, ArmResource>[] { deployment => deployment.App, deployment => deployment.Environment, deployment => deployment.Single("Microsoft.OperationalInsights/workspaces") }
                .SelectMany(one => Unless(one(here).Name == one(salted).Name, $"nameSalt changes {one(here).Type}")));
    }

    private static IEnumerable<string> NameForms(ArmDeployment deployment) =>
        Unless(VaultName().IsMatch(deployment.Vault.Name), $"{deployment.Vault.Name} is no name of a vault")
            .Concat(Unless(StorageName().IsMatch(deployment.Storage.Name), $"{deployment.Storage.Name} is no name of a storage account"))
            .Concat(Unless(deployment.Resources.Select(resource => resource.Id).Distinct(StringComparer.OrdinalIgnoreCase).Count() == deployment.Resources.Count, "two resources have one name"));

    /// <summary><c>reference(resourceId(..))</c> makes nothing wait: whatever uses an id has to say so.</summary>
    private static IEnumerable<string> Waits(ArmDeployment deployment)
    {
        var all = deployment.Resources.ToDictionary(resource => resource.Id.ToLowerInvariant());
        return deployment.Resources.SelectMany(resource =>
        {
            var waitsFor = Reach(resource, all);
            var uses = resource.Body.Where(member => member.Key is not ("dependsOn" or "name" or "type")).SelectMany(member => member.Value.Texts())
                .Concat((resource.Body["identity"]?["userAssignedIdentities"]?.AsObject() ?? []).Select(entry => ("", entry.Key)))
                .SelectMany(found => all.Keys.Where(id => !string.Equals(id, resource.Id, StringComparison.OrdinalIgnoreCase) && Mentions(found.Item2, id)))
                .Concat(all.Keys.Where(id => resource.Type.Contains('/', StringComparison.Ordinal) && resource.Id.StartsWith($"{id}/", StringComparison.OrdinalIgnoreCase)));
            return uses.Distinct().Where(id => !waitsFor.Contains(id)).Select(id => $"{resource.Type} {resource.Name} uses {all[id].Type} {all[id].Name} without waiting for it")
                .Concat(Unless(!waitsFor.Contains(resource.Id.ToLowerInvariant()), $"{resource.Name} waits for itself"));
        });
    }

    private static bool Mentions(string text, string id)
    {
        var lower = text.ToLowerInvariant();
        return lower.EndsWith(id, StringComparison.Ordinal) || lower.Contains($"{id}⟧", StringComparison.Ordinal) || lower.Contains($"{id}/", StringComparison.Ordinal);
    }

    private static HashSet<string> Reach(ArmResource resource, Dictionary<string, ArmResource> all)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>(resource.DependsOn);
        while (open.TryPop(out var id))
        {
            if (reached.Add(id) && all.TryGetValue(id, out var next))
            {
                next.DependsOn.ToList().ForEach(open.Push);
            }
        }

        return reached;
    }

    /// <summary>The editor takes one text: nothing in it may lie elsewhere, and every field of the form that it makes has a tooltip.</summary>
    private static IEnumerable<string> OneFile(JsonObject template) => template["resources"]!.AsArray()
        .Where(resource => (string)resource!["type"]! == "Microsoft.Resources/deployments").Select(_ => "a nested deployment")
        .Concat(template["parameters"]!.AsObject().Where(parameter => string.IsNullOrEmpty((string?)parameter.Value!["metadata"]?["description"])).Select(parameter => $"{parameter.Key} has no description"))
        .Concat(template["parameters"]!.AsObject().Where(parameter => (string?)parameter.Value!["type"] is not ("string" or "securestring" or "int" or "bool" or "array" or "object")).Select(parameter => $"{parameter.Key} has a type that is not written canonically"))
        .Concat(Unless(template.ToJsonString().Length < 60_000, "longer than 60 KB"));

    [GeneratedRegex(@"\A[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]\z")]
    private static partial Regex VaultName();

    [GeneratedRegex(@"\A[a-z0-9]{3,24}\z")]
    private static partial Regex StorageName();
}
