namespace EncryptionService.Deploy.Tests.Arm;

/// <summary>Where a template is deployed.</summary>
internal sealed record ArmPlace(string Group = "eec")
{
    public const string Subscription = "11111111-1111-1111-1111-111111111111";

    public string GroupId => $"/subscriptions/{Subscription}/resourceGroups/{Group}";
}

/// <summary>Values that are known only while a deployment runs: a text that says whose and which.</summary>
internal static class ArmRuntime
{
    private const char Open = '⟦';
    private const char Close = '⟧';

    public static string Of(string id) => $"{Open}{id}{Close}";

    public static bool Is(string text) => text.StartsWith(Open);

    public static bool IsIn(string text) => text.Contains(Open, StringComparison.Ordinal);
}
