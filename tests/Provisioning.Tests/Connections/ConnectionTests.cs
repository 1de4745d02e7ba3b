using EncryptionService.Provisioning.Connections;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Connections;

public sealed class ConnectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_token_is_good_at_its_own_connection_and_nowhere_else(DatabaseProvider provider)
    {
        await using var core = await CoreFixture.CreateAsync(provider);
        await core.OrganizationAsync("first");
        await core.OrganizationAsync("second");
        var entra = await CreateAsync(core, "first", ConnectionKind.EntraId);
        var okta = await CreateAsync(core, "first", ConnectionKind.Okta);
        var foreign = await CreateAsync(core, "second", ConnectionKind.EntraId);

        Assert.Equal(new ConnectionIdentity(entra.Id, "first", ConnectionKind.EntraId), await CheckAsync(core, entra.Id, entra.Token));
        Assert.Equal(new ConnectionIdentity(okta.Id, "first", ConnectionKind.Okta), await CheckAsync(core, okta.Id, okta.Token));
        Assert.Equal(new ConnectionIdentity(foreign.Id, "second", ConnectionKind.EntraId), await CheckAsync(core, foreign.Id, foreign.Token));
        Assert.Null(await CheckAsync(core, entra.Id, okta.Token));
        Assert.Null(await CheckAsync(core, entra.Id, foreign.Token));
        Assert.Null(await CheckAsync(core, "nosuchconnection0000", entra.Token));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("non-token")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task What_is_no_token_is_refused(string? bearer)
    {
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync();
        var made = await CreateAsync(core, "acme", ConnectionKind.EntraId);

        Assert.Null(await CheckAsync(core, made.Id, bearer));
        Assert.Null(await CheckAsync(core, made.Id, made.Token + bearer + "x"));
        Assert.Null(await CheckAsync(core, made.Id, new string('x', 100_000)));
    }

    [Fact]
    public async Task The_base_url_has_no_underscore_and_no_trailing_slash()
    {
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync();

        var made = await CreateAsync(core, "acme", ConnectionKind.Okta);

        Assert.Matches("^[a-z0-9]{20}$", made.Id);
        Assert.Equal($"https://core.example/scim/{made.Id}/v2", made.BaseUrl.ToString());
        Assert.DoesNotContain(made.Token, made.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_database_holds_no_token(DatabaseProvider provider)
    {
        await using var core = await CoreFixture.CreateAsync(provider);
        await core.OrganizationAsync();
        var made = await CreateAsync(core, "acme", ConnectionKind.EntraId);

        var row = await core.Store.ReadAsync(db => db.ConnectionTokens.SingleAsync(Cancellation), Cancellation);

        Assert.NotEqual(made.Token, row.Hash);
        Assert.DoesNotContain(made.Token, string.Join(' ', await core.Store.ReadAsync(db => db.Audit.Select(line => line.Detail + line.Name).ToListAsync(Cancellation), Cancellation)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_rotated_token_has_its_overlap_and_then_ends(DatabaseProvider provider)
    {
        await using var core = await CoreFixture.CreateAsync(provider);
        await core.OrganizationAsync();
        var old = await CreateAsync(core, "acme", ConnectionKind.EntraId);

        var fresh = await core.Get<ConnectionBook>().RotateAsync(old.Id, ConnectionBook.Overlap, Actor.Command, Cancellation);

        Assert.Equal(core.Time.GetUtcNow().AddDays(7), fresh!.OldTokensUntil);
        Assert.Equal(old.BaseUrl, fresh.BaseUrl);
        core.Time.Pass(TimeSpan.FromDays(7) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await CheckAsync(core, old.Id, old.Token));
        Assert.NotNull(await CheckAsync(core, old.Id, fresh.Token));
        core.Time.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Null(await CheckAsync(core, old.Id, old.Token));
        Assert.NotNull(await CheckAsync(core, old.Id, fresh.Token));
    }

    [Fact]
    public async Task A_second_rotation_does_not_prolong_the_first_tokens_life()
    {
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync();
        var first = await CreateAsync(core, "acme", ConnectionKind.EntraId);
        var book = core.Get<ConnectionBook>();
        await book.RotateAsync(first.Id, TimeSpan.FromDays(1), Actor.Command, Cancellation);

        await book.RotateAsync(first.Id, TimeSpan.FromDays(7), Actor.Command, Cancellation);

        core.Time.Pass(TimeSpan.FromDays(2));
        Assert.Null(await CheckAsync(core, first.Id, first.Token));
        Assert.Equal(2, (await book.ListAsync("acme", Cancellation)).Single().Tokens);
    }

    [Fact]
    public async Task Rotating_now_ends_the_old_token_at_once()
    {
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync();
        var old = await CreateAsync(core, "acme", ConnectionKind.EntraId);

        var fresh = await core.Get<ConnectionBook>().RotateAsync(old.Id, TimeSpan.Zero, Actor.Command, Cancellation);

        Assert.Null(fresh!.OldTokensUntil);
        Assert.Null(await CheckAsync(core, old.Id, old.Token));
        Assert.NotNull(await CheckAsync(core, old.Id, fresh.Token));
    }

    [Fact]
    public async Task Use_is_noted_to_the_minute_and_a_read_as_a_test()
    {
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync();
        var made = await CreateAsync(core, "acme", ConnectionKind.EntraId);
        var start = core.Time.GetUtcNow();
        core.Time.Pass(TimeSpan.FromSeconds(61));

        await CheckAsync(core, made.Id, made.Token, reads: false);
        var written = await OnlyAsync(core);
        core.Time.Pass(TimeSpan.FromMinutes(5));
        await CheckAsync(core, made.Id, made.Token, reads: true);
        await CheckAsync(core, made.Id, "wrong", reads: true);
        var read = await OnlyAsync(core);
        core.Time.Pass(TimeSpan.FromMinutes(5));
        await CheckAsync(core, made.Id, made.Token, reads: false);
        var again = await OnlyAsync(core);

        Assert.Equal((start.AddMinutes(1), null), (written.LastUsedAt, written.TestedAt));
        Assert.Equal((start.AddMinutes(6), start.AddMinutes(6)), (read.LastUsedAt, read.TestedAt));
        Assert.Equal((start.AddMinutes(11), start.AddMinutes(6)), (again.LastUsedAt, again.TestedAt));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_deleted_connection_has_no_right_token(DatabaseProvider provider)
    {
        await using var core = await CoreFixture.CreateAsync(provider);
        await core.OrganizationAsync();
        var made = await CreateAsync(core, "acme", ConnectionKind.EntraId);
        var book = core.Get<ConnectionBook>();

        Assert.True(await book.DeleteAsync(made.Id, Actor.Command, Cancellation));

        Assert.Null(await CheckAsync(core, made.Id, made.Token));
        Assert.Empty(await book.ListAsync(null, Cancellation));
        Assert.False(await book.DeleteAsync(made.Id, Actor.Command, Cancellation));
        Assert.Null(await book.RotateAsync(made.Id, TimeSpan.Zero, Actor.Command, Cancellation));
        Assert.Equal(
            ["connection.created", "connection.deleted"],
            await core.Store.ReadAsync(db => db.Audit.OrderBy(row => row.Id).Select(row => row.Action).ToListAsync(Cancellation), Cancellation));
    }

    [Fact]
    public async Task Nobody_has_a_connection_of_an_organization_that_is_not_there()
    {
        await using var core = await CoreFixture.CreateAsync();

        Assert.Null(await core.Get<ConnectionBook>().CreateAsync("nobody", ConnectionKind.Okta, null, Actor.Command, Cancellation));
    }

    [Fact]
    public async Task Many_calls_at_once_in_a_new_minute_are_all_answered()
    {
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync();
        var made = await CreateAsync(core, "acme", ConnectionKind.EntraId);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => CheckAsync(core, made.Id, made.Token), Cancellation)));

        Assert.All(answers, Assert.NotNull);
    }

    private static async Task<ConnectionSecret> CreateAsync(CoreFixture core, string organization, ConnectionKind kind) =>
        (await core.Get<ConnectionBook>().CreateAsync(organization, kind, null, Actor.Command, Cancellation))!;

    private static Task<ConnectionIdentity?> CheckAsync(CoreFixture core, string connection, string? bearer, bool reads = true) =>
        core.Get<ConnectionAuthority>().CheckAsync(connection, bearer, reads, Cancellation);

    private static async Task<ConnectionView> OnlyAsync(CoreFixture core) => (await core.Get<ConnectionBook>().ListAsync("acme", Cancellation)).Single();
}
