namespace EncryptionService.Provisioning.Directory;

/// <summary>Compares names as directories do: without regard to case (docs/spec/scim.md, point 4).</summary>
internal static class Folding
{
    /// <summary>The form that is compared, and unique in an organization.</summary>
    public static string Fold(string name) => name.ToUpperInvariant();
}
