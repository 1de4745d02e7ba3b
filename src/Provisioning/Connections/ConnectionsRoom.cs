namespace EncryptionService.Provisioning.Connections;

/// <summary>Puts the connections to IdPs into the host.</summary>
internal static class ConnectionsRoom
{
    /// <summary>Connections and the check of their tokens.</summary>
    public static IServiceCollection AddIdpConnections(this IServiceCollection services) => services.AddSingleton<ConnectionBook>().AddSingleton<ConnectionAuthority>();
}
