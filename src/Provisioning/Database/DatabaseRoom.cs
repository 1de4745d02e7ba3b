using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Database;

/// <summary>Puts the database into the host.</summary>
internal static class DatabaseRoom
{
    /// <summary>Options, dialect and store.</summary>
    public static IServiceCollection AddCoreDatabase(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DatabaseOptions>().Bind(configuration.GetSection("Database")).ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseOptionsValidator>()
            .AddSingleton<IDialect>(provider =>
            {
                var options = provider.GetRequiredService<IOptions<DatabaseOptions>>();
                return options.Value.Provider == DatabaseProvider.Sqlite ? new SqliteDialect(options) : new PostgreSqlDialect(options);
            })
            .AddSingleton<CoreStore>();
    }

    /// <summary>Brings the database to the newest schema. Several instances may do so at once: the migrations hold a lock.</summary>
    public static async Task MigrateAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var db = services.GetRequiredService<IDialect>().CreateContext();
        if (!(await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            return;
        }

        if (db is SqliteCoreDb)
        {
            // Readers and the writer side by side; kept in the file.
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
        }

        await db.Database.MigrateAsync(cancellationToken);
    }
}
