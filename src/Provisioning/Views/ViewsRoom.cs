namespace EncryptionService.Provisioning.Views;

/// <summary>Puts what people look at into the host.</summary>
internal static class ViewsRoom
{
    /// <summary>Queries; none of them changes anything.</summary>
    public static IServiceCollection AddViews(this IServiceCollection services) => services
        .AddSingleton<StatusQuery>().AddSingleton<MemberList>().AddSingleton<MemberView>().AddSingleton<GroupList>().AddSingleton<GroupView>()
        .AddSingleton<ApprovalList>().AddSingleton<OverviewQuery>();
}
