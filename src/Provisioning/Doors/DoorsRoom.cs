namespace EncryptionService.Provisioning.Doors;

/// <summary>Puts into the host what its doors have in common.</summary>
internal static class DoorsRoom
{
    /// <summary>Call tokens.</summary>
    public static IServiceCollection AddDoors(this IServiceCollection services) => services.AddSingleton<CallTokens>();
}
