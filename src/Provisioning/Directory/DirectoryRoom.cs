namespace EncryptionService.Provisioning.Directory;

/// <summary>Puts the directory into the host.</summary>
internal static class DirectoryRoom
{
    /// <summary>Members, groups, effective rosters.</summary>
    public static IServiceCollection AddDirectory(this IServiceCollection services) => services
        .AddSingleton<AuditTrail>().AddSingleton<OutboxBell>().AddSingleton<EffectiveRoster>()
        .AddSingleton<MemberDirectory>().AddSingleton<GroupDirectory>().AddSingleton<Purge>()
        .AddSingleton<MemberActions>().AddSingleton<ListingBook>();
}
