using System.Text;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Envelopes;
using EncryptionService.Provisioning.Tests.Commands;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Envelopes;

/// <summary>Which replicas of a service there are, and what <c>status</c> shows of them (docs/spec/operations.md, section 5).</summary>
public sealed class ReplicaTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Replicas_are_kept_by_name_and_shown_by_revision(DatabaseProvider provider)
    {
        await using var enrolled = await EnrolledCore.CreateAsync(provider);
        var time = enrolled.Core.Time;
        var first = time.GetUtcNow();
        time.Pass(TimeSpan.FromMinutes(5));
        await EnrolAsync(enrolled, "revision-2", "revision-2-a", "0.2.0");
        var second = time.GetUtcNow();
        time.Pass(TimeSpan.FromMinutes(5));
        await EnrolAsync(enrolled, "revision-2", "revision-2-b", "0.2.0");
        await EnrolAsync(enrolled, "revision-2", "revision-2-b", "0.2.0");
        time.Pass(TimeSpan.FromMinutes(5));
        await CallAsync(enrolled, "revision-2-a");
        var last = time.GetUtcNow();

        Assert.Equal(
            [("local-a", "local", "0.1.0", first, first), ("revision-2-a", "revision-2", "0.2.0", second, last), ("revision-2-b", "revision-2", "0.2.0", last - TimeSpan.FromMinutes(5), last - TimeSpan.FromMinutes(5))],
            await RowsAsync(enrolled));
        var shown = await enrolled.Core.TypeAsync("status", "--json");
        Assert.Equal(
            """
            [{"revision":"revision-2","version":"0.2.0","lastContactAt":"2026-06-01T12:15:00Z","replicas":[{"replica":"revision-2-a","enrolledAt":"2026-06-01T12:05:00Z","lastContactAt":"2026-06-01T12:15:00Z"},{"replica":"revision-2-b","enrolledAt":"2026-06-01T12:10:00Z","lastContactAt":"2026-06-01T12:10:00Z"}]},{"revision":"local","version":"0.1.0","lastContactAt":"2026-06-01T12:00:00Z","replicas":[{"replica":"local-a","enrolledAt":"2026-06-01T12:00:00Z","lastContactAt":"2026-06-01T12:00:00Z"}]}]
            """,
            shown.Json["organizations"]![0]!["service"]!["revisions"]!.ToJsonString());
        var text = (await enrolled.Core.TypeAsync("status")).Output;
        Assert.Contains("revision    revision-2, version 0.2.0, last contact 2026-06-01", text, StringComparison.Ordinal);
        Assert.Contains("replica   revision-2-b, enrolled 2026-06-01", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("revision-2-b", StringComparison.Ordinal) < text.IndexOf("local-a", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Silent_replicas_of_another_revision_are_forgotten_after_a_day_and_of_the_same_after_a_month(DatabaseProvider provider)
    {
        await using var enrolled = await EnrolledCore.CreateAsync(provider);
        await EnrolAsync(enrolled, "next", "next-a");
        enrolled.Core.Time.Pass(TimeSpan.FromDays(1));
        await EnrolAsync(enrolled, "next", "next-b");
        Assert.Equal(["local-a", "next-a", "next-b"], await NamesAsync(enrolled));

        enrolled.Core.Time.Pass(TimeSpan.FromSeconds(1));
        await EnrolAsync(enrolled, "next", "next-b");
        Assert.Equal(["next-a", "next-b"], await NamesAsync(enrolled));

        enrolled.Core.Time.Pass(TimeSpan.FromDays(29));
        await EnrolAsync(enrolled, "next", "next-b");
        Assert.Equal(["next-b"], await NamesAsync(enrolled));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_too_many_replicas_the_ones_that_were_silent_longest_are_forgotten(DatabaseProvider provider)
    {
        await using var enrolled = await EnrolledCore.CreateAsync(provider);
        for (var number = 0; number < ReplicaBook.Most + 2; number++)
        {
            enrolled.Core.Time.Pass(TimeSpan.FromSeconds(1));
            await EnrolAsync(enrolled, "local", $"replica-{number:00}");
        }

        Assert.Equal(Enumerable.Range(2, ReplicaBook.Most).Select(number => $"replica-{number:00}"), await NamesAsync(enrolled));
    }

    [Fact]
    public async Task A_clock_that_is_ahead_is_shown_until_a_call_comes_whose_times_are_right()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        await CallAsync(enrolled, "local-a", TimeSpan.FromSeconds(60));
        Assert.Null((await ServiceAsync(enrolled)).Problem);

        await CallAsync(enrolled, "local-a", TimeSpan.FromMinutes(5), status: 401);
        var problem = (await ServiceAsync(enrolled)).Problem;
        Assert.StartsWith("Clock: the service's is 300 s ahead", problem, StringComparison.Ordinal);
        Assert.Contains("Set the clock that is wrong", (await enrolled.Core.TypeAsync("status")).Output, StringComparison.Ordinal);

        // A stranger's token says nothing about the service's clock; that the service answers does not set it right.
        await CallAsync(enrolled, "local-a");
        Assert.Null((await ServiceAsync(enrolled)).Problem);
        using var stranger = new ServiceDouble("acme", enrolled.Core.Time);
        await CallAsync(enrolled, "local-a", TimeSpan.FromMinutes(5), status: 401, signer: stranger);
        Assert.Null((await ServiceAsync(enrolled)).Problem);
        await CallAsync(enrolled, "local-a", TimeSpan.FromMinutes(5), status: 401);
        await enrolled.Core.Store.WriteAsync(db => enrolled.Core.Get<Provisioning.Dispatch.ServiceHealth>().AnsweredAsync(db, "acme", Stop), Stop);
        Assert.Equal(problem, (await ServiceAsync(enrolled)).Problem);
    }

    private static async Task EnrolAsync(EnrolledCore enrolled, string revision, string replica, string version = "0.1.0")
    {
        var reply = await enrolled.Service.EnrolAsync(enrolled.Listening, null, claims => claims with { RevisionName = revision, ReplicaName = replica, Version = version });
        Assert.True(reply.Status == 200, reply.Detail);
    }

    /// <summary>A call that may be made, and says nothing that can be used: 400.</summary>
    private static async Task CallAsync(EnrolledCore enrolled, string replica, TimeSpan ahead = default, int status = 400, ServiceDouble? signer = null)
    {
        var path = enrolled.Service.PathOf("nothing");
        var body = Encoding.UTF8.GetBytes("""{"statement":"a.b.c","epoch":1,"generation":0,"envelopes":[]}""");
        var seconds = (long)ahead.TotalSeconds;
        var token = (signer ?? enrolled.Service).Token(
            $"POST {path}", body, claims => claims with { Replica = replica, IssuedAt = claims.IssuedAt + seconds, ExpiresAt = claims.ExpiresAt + seconds });
        Assert.Equal(status, (await enrolled.Listening.SendAsync(HttpMethod.Post, path, body, token)).Status);
    }

    private static Task<ServiceRow> ServiceAsync(EnrolledCore enrolled) => enrolled.ReadAsync(db => db.Services.SingleAsync(Stop));

    private static async Task<IEnumerable<(string Name, string Revision, string Version, DateTimeOffset EnrolledAt, DateTimeOffset LastContactAt)>> RowsAsync(EnrolledCore enrolled) =>
        (await enrolled.ReadAsync(db => db.Replicas.OrderBy(row => row.Name).ToListAsync(Stop)))
        .Select(row => (row.Name, row.RevisionName, row.Version, row.EnrolledAt, row.LastContactAt));

    private static async Task<IEnumerable<string>> NamesAsync(EnrolledCore enrolled) => (await RowsAsync(enrolled)).Select(row => row.Name);
}
