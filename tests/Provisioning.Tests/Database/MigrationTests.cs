using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Database;

public sealed class MigrationTests
{
    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_migrations_make_what_the_model_says(DatabaseProvider provider)
    {
        await using CoreDb db = provider == DatabaseProvider.Sqlite ? new SqliteDesignTime().CreateDbContext([]) : new PostgreSqlDesignTime().CreateDbContext([]);

        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_empty_database_takes_and_gives_back(DatabaseProvider provider)
    {
        await using var core = await CoreFixture.CreateAsync(provider);
        await core.OrganizationAsync("first", service: true);
        var member = await core.MemberAsync("first", "Åsa@example.com");

        var found = await core.Store.ReadAsync(db => db.Members.SingleAsync(row => row.UserNameKey == "ÅSA@EXAMPLE.COM"), TestContext.Current.CancellationToken);

        Assert.Equal((member.Id, member.CreatedAt), (found.Id, found.CreatedAt));
        Assert.Empty(await core.Store.ReadAsync(db => Task.FromResult(db.Database.GetPendingMigrations()), TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_unique_index_refuses_the_second_of_two(DatabaseProvider provider)
    {
        await using var core = await CoreFixture.CreateAsync(provider);
        await core.OrganizationAsync("first");
        await core.OrganizationAsync("second");
        await core.MemberAsync("first", "ada@example.com");
        await core.MemberAsync("second", "ada@example.com");

        await Assert.ThrowsAsync<UniqueException>(() => core.MemberAsync("first", "ADA@example.com"));
    }
}
