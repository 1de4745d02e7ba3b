using static EncryptionService.Deploy.Tests.Rules.Rule;

namespace EncryptionService.Deploy.Tests.Rules;

/// <summary>Vault and keys.</summary>
internal static class KeyRules
{
    public static Rule[] All { get; } =
    [
        ForAll("vault", deployment => UnlessEqual("true", deployment.Vault.Properties["enableRbacAuthorization"], "enableRbacAuthorization")
            .Concat(UnlessEqual("true", deployment.Vault.Properties["enableSoftDelete"], "enableSoftDelete"))
            .Concat(UnlessEqual("true", deployment.Vault.Properties["enablePurgeProtection"], "enablePurgeProtection"))
            .Concat(UnlessEqual("90", deployment.Vault.Properties["softDeleteRetentionInDays"], "softDeleteRetentionInDays"))),
        For("premium by default", "none", deployment => UnlessEqual("\"premium\"", deployment.Vault.Properties["sku"]!["name"], "the vault")
            .Concat(UnlessEqual("\"default\"", deployment.Vault.Properties["createMode"], "createMode"))
            .Concat(UnlessEqual("\"RSA-HSM\"", deployment.Key("wrapping-key").Properties["kty"], "the wrapping key"))
            .Concat(UnlessEqual("\"EC-HSM\"", deployment.Key("organization-key").Properties["kty"], "the organization key"))),
        For("standard vault", "standard vault", deployment => UnlessEqual("\"standard\"", deployment.Vault.Properties["sku"]!["name"], "the vault")
            .Concat(UnlessEqual("\"RSA\"", deployment.Key("wrapping-key").Properties["kty"], "the wrapping key"))
            .Concat(UnlessEqual("\"EC\"", deployment.Key("organization-key").Properties["kty"], "the organization key"))),
        For("recovery", "recovery", deployment => UnlessEqual("\"recover\"", deployment.Vault.Properties["createMode"], "createMode")
            // After a recovery the vault's assignments are gone: they have to be in the same deployment.
            .Concat(Unless(deployment.OfType("Microsoft.Authorization/roleAssignments").Count() == 3, "a recovered vault would have no roles"))),
        ForAll("wrapping key", deployment => UnlessEqual("3072", deployment.Key("wrapping-key").Properties["keySize"], "keySize")
            .Concat(UnlessEqual("""["wrapKey","unwrapKey"]""", deployment.Key("wrapping-key").Properties["keyOps"], "keyOps"))
            .Concat(UnlessEqual("""{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P1Y"},"action":{"type":"rotate"}}]}""", deployment.Key("wrapping-key").Properties["rotationPolicy"], "rotationPolicy"))),
        ForAll("organization key", deployment => UnlessEqual("\"P-256\"", deployment.Key("organization-key").Properties["curveName"], "curveName")
            .Concat(UnlessEqual("""["sign","verify"]""", deployment.Key("organization-key").Properties["keyOps"], "keyOps"))
            .Concat(Unless(!deployment.Key("organization-key").Properties.ContainsKey("rotationPolicy"), "members trust one key, and a policy would make others"))),
        ForAll("keys stay", deployment => deployment.OfType("Microsoft.KeyVault/vaults/keys").SelectMany(key => UnlessEqual("""{"enabled":true,"exportable":false}""", key.Properties["attributes"], key.Name))),
    ];
}
