using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Organizations;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace EncryptionService.Provisioning.Tests.Setting;

/// <summary>A core of its own on an empty database: every room, nothing that listens or works in the background.</summary>
internal sealed class CoreFixture : IAsyncDisposable
{
    private readonly string? connectionString;
    private readonly WebApplication app;

    private CoreFixture(TemporaryFolder folder, string? connectionString, string[] settings, Action<IServiceCollection>? replace)
    {
        this.connectionString = connectionString;
        Folder = folder;
        Settings = settings;
        app = ProvisioningHost.Build(settings, services =>
        {
            services.AddSingleton<TimeProvider>(Time);
            replace?.Invoke(services);
        }, serves: false);
    }

    /// <summary>The clock of this core; it stands until it is moved.</summary>
    public ManualTime Time { get; } = new();

    /// <summary>Where this core keeps what is no database.</summary>
    public TemporaryFolder Folder { get; }

    /// <summary>Settings as arguments, for another core on the same data: an instance, a verb.</summary>
    public string[] Settings { get; }

    public IServiceProvider Services => app.Services;

    public CoreStore Store => Get<CoreStore>();

    /// <summary>A core on an empty database; the test is skipped where there is no server for it.</summary>
    /// <param name="provider">Product.</param>
    /// <param name="settings">Further settings, e.g. <c>--Provisioning:PurgeAfterDays=3</c>.</param>
    /// <param name="replace">Puts something else in a room's place.</param>
    public static async Task<CoreFixture> CreateAsync(DatabaseProvider provider = DatabaseProvider.Sqlite, string[]? settings = null, Action<IServiceCollection>? replace = null)
    {
        Assert.SkipUnless(provider == DatabaseProvider.Sqlite || Databases.HasPostgreSql, Databases.Absent);
        var folder = new TemporaryFolder();
        var connectionString = provider == DatabaseProvider.PostgreSql ? await Databases.CopyPostgreSqlAsync() : null;
        if (connectionString is null)
        {
            await Databases.CopySqliteAsync(folder.Of("core.db"));
        }

        return new CoreFixture(folder, connectionString, [.. Arguments(folder, connectionString), .. settings ?? []], replace);
    }

    /// <summary>Settings of a core on such a database that listens on a free loopback port.</summary>
    public static string[] Arguments(TemporaryFolder folder, string? connectionString) =>
    [
        "--Provisioning:LoopbackOnly=true", "--Provisioning:Port=0", "--Provisioning:AllowLocalServices=true", $"--Provisioning:KeysPath={folder.Of("keys")}",
        "--Provisioning:PublicUrl=https://core.example", $"--Invitations:PickupFolder={folder.Of("mail")}", $"--Database:Path={folder.Of("core.db")}",
        .. connectionString is null ? Array.Empty<string>() : ["--Database:Provider=PostgreSql", $"--Database:ConnectionString={connectionString}"],
    ];

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>An organization; with <paramref name="service"/> also the row of an enrolled service, so that it has groups.</summary>
    public async Task<string> OrganizationAsync(string id = "acme", bool service = false)
    {
        var now = Time.GetUtcNow();
        await Store.WriteAsync(
            db =>
            {
                db.Organizations.Add(new OrganizationRow { Id = id, Name = $"{id} Ltd", CreatedAt = now, CallKey = Get<CallKeys>().Create() });
                if (service)
                {
                    db.Services.Add(new ServiceRow
                    {
                        OrganizationId = id,
                        Identity = new string('i', 43),
                        OrganizationKey = new string('o', 43),
                        Generation = 1,
                        CallKey = "{}",
                        Address = "http://localhost:1",
                        Version = "0.1.0",
                        RevisionName = "local",
                        EnrolledAt = now,
                        LastContactAt = now,
                    });
                }

                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);
        return id;
    }

    /// <summary>A member's row.</summary>
    public async Task<MemberRow> MemberAsync(string organization, string userName, string profile = "{}")
    {
        var now = Time.GetUtcNow();
        var row = new MemberRow
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            OrganizationId = organization,
            UserName = userName,
            UserNameKey = Provisioning.Directory.Folding.Fold(userName),
            Active = true,
            Profile = profile,
            CreatedAt = now,
            ModifiedAt = now,
        };
        await Store.WriteAsync(
            db =>
            {
                db.Members.Add(row);
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);
        return row;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        if (connectionString is not null)
        {
            await Databases.DropAsync(connectionString);
        }

        Folder.Dispose();
    }
}
