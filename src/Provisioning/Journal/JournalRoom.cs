namespace EncryptionService.Provisioning.Journal;

/// <summary>Puts the provisioning log into the host.</summary>
internal static class JournalRoom
{
    /// <summary>What notes, and what is read.</summary>
    public static IServiceCollection AddJournal(this IServiceCollection services) => services
        .AddSingleton<JournalTrim>().AddSingleton<CallBook>().AddSingleton<LogQuery>().AddSingleton<LogExport>();

    /// <summary>What writes the notes down.</summary>
    public static IServiceCollection AddJournalWork(this IServiceCollection services) => services.AddHostedService<CallWriter>();
}
