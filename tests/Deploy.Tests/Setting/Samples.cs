using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EncryptionService.Formats;

namespace EncryptionService.Deploy.Tests.Setting;

/// <summary>Parameters to evaluate the template with: what the core fills in, and the customer's options, each alone and all at once.</summary>
internal static class Samples
{
    public const string Image = "registry.example/eec/service@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    public const string Token = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    public const string Subnet = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/own/subnets/eec";
    public const string Puller = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/net/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller";

    /// <summary>A public key like those of cores and operators.</summary>
    public static string Jwk { get; } = MakeJwk();

    /// <summary>Options of the customer by name; "none" is what the portal's form has at first.</summary>
    public static IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string>
    {
        ["none"] = "{}",
        ["standard vault"] = """{"keyVaultSku":"standard"}""",
        ["own network"] = $$"""{"infrastructureSubnetId":"{{Subnet}}"}""",
        ["internal"] = $$"""{"infrastructureSubnetId":"{{Subnet}}","internalEnvironment":true}""",
        ["caller ranges"] = """{"allowedCallerRanges":["203.0.113.0/24","198.51.100.7/32"]}""",
        ["immutable"] = """{"immutabilityDays":7}""",
        ["private registry"] = $$"""{"registryIdentityId":"{{Puller}}"}""",
        ["approved"] = $$"""{"trustLevel":"Approved","operatorKeys":[{{Jwk}}]}""",
        ["small"] = """{"containerCpu":"0.25","minReplicas":2,"maxReplicas":5,"logRetentionDays":90,"tags":{"owner":"it"}}""",
        ["large"] = """{"containerCpu":"2"}""",
        ["recovery"] = """{"recoverKeyVault":true,"nameSalt":"again","identityGeneration":2}""",
        ["all"] = $$"""
            {"keyVaultSku":"standard","infrastructureSubnetId":"{{Subnet}}","internalEnvironment":true,"allowedCallerRanges":["203.0.113.0/24"],"immutabilityDays":30,
             "registryIdentityId":"{{Puller}}","trustLevel":"Approved","operatorKeys":[{{Jwk}}],"containerCpu":"1","recoverKeyVault":true,"nameSalt":"again",
             "location":"northeurope","tags":{"owner":"it"} }
            """,
    };

    /// <summary>All parameters with these options of the customer.</summary>
    public static Dictionary<string, JsonNode?> With(string option = "none") => Of(Options[option]);

    /// <summary>All parameters with others, given as JSON.</summary>
    public static Dictionary<string, JsonNode?> Of(string json)
    {
        var parameters = new Dictionary<string, JsonNode?>
        {
            ["organizationId"] = "acme",
            ["coreUrl"] = "https://core.example/",
            ["coreId"] = "core",
            ["coreCallKey"] = Jwk,
            ["containerImage"] = Image,
            ["enrolmentToken"] = Token,
        };
        foreach (var (name, value) in JsonNode.Parse(json)!.AsObject())
        {
            parameters[name] = value?.DeepClone();
        }

        return parameters;
    }

    private static string MakeJwk()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return SigningJwk.Of(key).ToJson();
    }
}
