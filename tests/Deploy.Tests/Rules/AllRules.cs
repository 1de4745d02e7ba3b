namespace EncryptionService.Deploy.Tests.Rules;

/// <summary>All rules by name.</summary>
internal static class AllRules
{
    public static IReadOnlyDictionary<string, Rule> ByName { get; } = new[] { RedeployRules.All, RightsRules.All, KeyRules.All, StorageRules.All, AppRules.All, ServiceRules.All }
        .SelectMany(rules => rules).ToDictionary(rule => rule.Name);
}
