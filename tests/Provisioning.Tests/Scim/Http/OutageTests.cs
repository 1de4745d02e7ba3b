using System.Net;
using EncryptionService.Provisioning.Database;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Tests.Scim.Http;

/// <summary>What a client is told when the core itself cannot (docs/spec/scim.md, 30 and 50).</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Point_30_While_the_database_cannot_be_reached_the_answer_is_503_and_come_again()
    {
        await using var world = await ScimWorld.CreateAsync(settings:
            ["--Database:Provider=PostgreSql", "--Database:ConnectionString=Host=127.0.0.1;Port=1;Username=nobody;Password=hunter2;Timeout=5", "--Provisioning:WrongTokensPerMinute=1"]);
        var acme = await world.ConnectAsync();

        foreach (var client in new[] { acme, acme.With("wrong"), acme.With("wrong"), acme.With("wrong") })
        {
            var reply = (await client.GetAsync("/Users")).Is(HttpStatusCode.ServiceUnavailable);
            Assert.NotEmpty(reply.Headers["Retry-After"]);
            Assert.DoesNotContain("hunter2", reply.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Point_50_What_nobody_foresaw_is_500_without_a_word_on_it_and_changes_nothing()
    {
        FailingDialect? dialect = null;
        await using var world = await ScimWorld.CreateAsync(replace: services => services.AddSingleton<IDialect>(provider =>
            dialect = new FailingDialect(new SqliteDialect(provider.GetRequiredService<IOptions<DatabaseOptions>>()))));
        var acme = await world.ConnectAsync();
        var id = await acme.UserAsync("ada");

        foreach (var (failure, status) in new (Exception, HttpStatusCode)[]
        {
            (new InvalidOperationException("SELECT secret"), HttpStatusCode.InternalServerError),
            (new SqliteException("SQLite Error 1: no such table", 1), HttpStatusCode.InternalServerError),
            (new SqliteException("SQLite Error 13: full", 13), HttpStatusCode.ServiceUnavailable),
        })
        {
            dialect!.Failure = failure;
            (await acme.PatchAsync($"/Users/{id}", ScimClient.Patch("""{"op":"replace","path":"title","value":"x"}"""))).Is(status);
            (await acme.GetAsync("/Users")).Is(status);
            dialect.Failure = null;
        }

        Assert.Null((await acme.GetAsync($"/Users/{id}")).Is(HttpStatusCode.OK).Body!["title"]);
    }

    private sealed class FailingDialect(IDialect inner) : IDialect
    {
        public Exception? Failure { get; set; }

        public CoreDb CreateContext() => Failure is null ? inner.CreateContext() : throw Failure;

        public ValueTask<IDisposable> EnterWriteAsync(CancellationToken cancellationToken) => inner.EnterWriteAsync(cancellationToken);

        public bool IsUniqueViolation(Exception exception) => inner.IsUniqueViolation(exception);

        public bool IsTransient(Exception exception) => inner.IsTransient(exception);

        public Task LockMembersAsync(CoreDb db, IEnumerable<string> ids, bool share, CancellationToken cancellationToken) => inner.LockMembersAsync(db, ids, share, cancellationToken);

        public Task LockLanesAsync(CoreDb db, IEnumerable<string> groupIds, CancellationToken cancellationToken) => inner.LockLanesAsync(db, groupIds, cancellationToken);

        public Task LockChainAsync(CoreDb db, string groupId, CancellationToken cancellationToken) => inner.LockChainAsync(db, groupId, cancellationToken);
    }
}
