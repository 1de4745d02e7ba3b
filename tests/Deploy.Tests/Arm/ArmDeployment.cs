using System.Text.Json.Nodes;

namespace EncryptionService.Deploy.Tests.Arm;

/// <summary>A resource with everything in it evaluated.</summary>
internal sealed record ArmResource(string Type, string Name, string Id, JsonObject Body)
{
    public JsonObject Properties => Body["properties"] as JsonObject ?? [];

    /// <summary>Ids that it waits for, in lower case.</summary>
    public IReadOnlySet<string> DependsOn { get; } =
        (Body["dependsOn"] as JsonArray ?? []).Select(id => ArmFunctions.Text(id).ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
}

/// <summary>What a template comes to for given parameters.</summary>
internal sealed class ArmDeployment
{
    private ArmDeployment(IReadOnlyList<ArmResource> resources, JsonObject outputs)
    {
        Resources = resources;
        Outputs = outputs;
    }

    /// <summary>Resources whose condition holds.</summary>
    public IReadOnlyList<ArmResource> Resources { get; }

    public JsonObject Outputs { get; }

    public ArmResource App => Single("Microsoft.App/containerApps");

    public ArmResource Environment => Single("Microsoft.App/managedEnvironments");

    public ArmResource Vault => Single("Microsoft.KeyVault/vaults");

    public ArmResource Storage => Single("Microsoft.Storage/storageAccounts");

    public ArmResource Identity => Single("Microsoft.ManagedIdentity/userAssignedIdentities");

    public JsonObject Container => App.Properties["template"]!["containers"]!.AsArray().Single()!.AsObject();

    public ArmResource Single(string type) => OfType(type).Single();

    public IEnumerable<ArmResource> OfType(string type) => Resources.Where(resource => resource.Type == type);

    public ArmResource Key(string name) => OfType("Microsoft.KeyVault/vaults/keys").Single(key => key.Name.EndsWith($"/{name}", StringComparison.Ordinal));

    /// <summary>Evaluates a template.</summary>
    /// <exception cref="ArmFailException">The template refuses these parameters.</exception>
    public static ArmDeployment Of(JsonObject template, IReadOnlyDictionary<string, JsonNode?> parameters, ArmPlace? place = null)
    {
        var evaluator = new ArmEvaluator(template, parameters, place ?? new ArmPlace());
        var bodies = template["resources"]!.AsArray().Where(resource => resource!["condition"] is not { } condition || ArmFunctions.Truth(evaluator.Evaluate(condition)));
        return new ArmDeployment(
            [.. bodies.Select(body => Resource(evaluator.Evaluate(body)!.AsObject(), place ?? new ArmPlace()))],
            evaluator.Evaluate(template["outputs"] ?? new JsonObject())!.AsObject());
    }

    private static ArmResource Resource(JsonObject body, ArmPlace place)
    {
        var (type, name) = ((string)body["type"]!, ArmFunctions.Text(body["name"]));
        // A value of the running deployment stands for one name.
        var (types, names) = (type.Split('/'), ArmRuntime.IsIn(name) ? [name] : name.Split('/'));
        if (types.Length != names.Length + 1)
        {
            throw new FormatException($"{type} '{name}' has too many names, or too few.");
        }

        var tail = string.Join('/', types.Skip(1).Zip(names, (part, own) => $"{part}/{own}"));
        return new ArmResource(type, name, $"{body["scope"] ?? place.GroupId}/providers/{types[0]}/{tail}", body);
    }
}
