using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.MemberApi;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Puts dispatch into the host.</summary>
internal static class DispatchRoom
{
    /// <summary>What others call, and the steps that workers take.</summary>
    public static IServiceCollection AddDispatch(this IServiceCollection services) => services
        .AddSingleton<ServiceConnector>().AddSingleton<ServiceDoors>()
        .AddSingleton<BackOff>().AddSingleton<OrganizationTurns>().AddSingleton<OutboxQueries>()
        .AddSingleton<IOutboxClaims>(provider => provider.GetRequiredService<IDialect>() is SqliteDialect
            ? ActivatorUtilities.CreateInstance<SqliteOutboxClaims>(provider)
            : ActivatorUtilities.CreateInstance<PostgreSqlOutboxClaims>(provider))
        .AddSingleton<EventSender>().AddSingleton<Reconciler>().AddSingleton<ServiceHealth>().AddSingleton<Settlement>().AddSingleton<Relay>()
        .AddSingleton<ResealPatience>().AddSingleton<Checker>().AddSingleton<ParkedEvents>()
        .AddSingleton<IServiceApprovals, OperatorPost>();

    /// <summary>What goes on in the background.</summary>
    public static IServiceCollection AddDispatchWork(this IServiceCollection services) => services
        .AddHostedService<RelayWorkers>().AddHostedService<CheckerWork>();
}
