using System.Security.Cryptography;
using System.Text;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Envelopes;

/// <summary>docs/spec/core.md, section 2.</summary>
public sealed class EnrolmentTests
{
    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_service_enrols_with_its_token_and_again_without(DatabaseProvider provider)
    {
        await using var enrolled = await EnrolledCore.CreateAsync(provider);

        var again = await enrolled.Service.EnrolAsync(enrolled.Listening, null, claims => claims with { Address = "http://localhost:9999/", Version = "0.2.0" });

        Assert.Equal((200, "core"), (again.Status, (string?)again.Json!["core"]));
        var row = await enrolled.ReadAsync(db => db.Services.SingleAsync());
        Assert.Equal(("http://localhost:9999/", "0.2.0", 1), (row.Address, row.Version, row.Generation));
        Assert.Equal(enrolled.Service.IdentityThumbprint.ToString(), row.Identity);
        Assert.Equal(["service.enrolled", "service.changed"], await enrolled.ReadAsync(db => db.Audit.OrderBy(line => line.Id).Select(line => line.Action).ToListAsync()));
    }

    [Fact]
    public async Task A_lost_reply_locks_nobody_out_even_when_the_token_has_expired_since()
    {
        await using var core = await ListeningCore.CreateAsync();
        await core.Core.OrganizationAsync();
        using var service = new ServiceDouble("acme", core.Core.Time);
        var token = await EnrolledCore.EnrolmentTokenAsync(core.Core);

        Assert.Equal(200, (await service.EnrolAsync(core, token)).Status);
        core.Core.Time.Pass(TimeSpan.FromDays(10));
        Assert.Equal(200, (await service.EnrolAsync(core, token)).Status);
    }

    [Fact]
    public async Task A_token_is_good_for_one_identity()
    {
        await using var core = await ListeningCore.CreateAsync();
        await core.Core.OrganizationAsync();
        using var first = new ServiceDouble("acme", core.Core.Time);
        using var second = new ServiceDouble("acme", core.Core.Time, first.OrganizationKey, generation: 2);
        var token = await EnrolledCore.EnrolmentTokenAsync(core.Core);

        Assert.Equal(200, (await first.EnrolAsync(core, token)).Status);
        var reply = await second.EnrolAsync(core, token);

        Assert.Equal((403, "enrolment-forbidden"), (reply.Status, reply.Word));
        Assert.Equal(first.IdentityThumbprint.ToString(), await core.Core.Store.ReadAsync(db => db.Services.Select(row => row.Identity).SingleAsync(), TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_two_identities_that_come_with_one_token_at_once_one_is_enrolled(DatabaseProvider provider)
    {
        await using var core = await ListeningCore.CreateAsync(provider);
        await core.Core.OrganizationAsync();
        var token = await EnrolledCore.EnrolmentTokenAsync(core.Core);
        using var organizationKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var services = Enumerable.Range(1, 6).Select(generation => new ServiceDouble("acme", core.Core.Time, organizationKey, (ulong)generation)).ToList();

        var replies = await Task.WhenAll(services.Select(service => service.EnrolAsync(core, token)));

        Assert.Single(replies, reply => reply.Status == 200);
        Assert.All(replies.Where(reply => reply.Status != 200), reply => Assert.Equal(403, reply.Status));
        services.ForEach(service => service.Dispose());
    }

    [Fact]
    public async Task Tokens_that_are_unknown_expired_or_of_another_organization_are_refused()
    {
        await using var core = await ListeningCore.CreateAsync();
        await core.Core.OrganizationAsync();
        await core.Core.OrganizationAsync("other");
        using var service = new ServiceDouble("acme", core.Core.Time);
        var foreign = await EnrolledCore.EnrolmentTokenAsync(core.Core, "other");
        var expiring = await EnrolledCore.EnrolmentTokenAsync(core.Core);

        Assert.Equal(403, (await service.EnrolAsync(core, "nonsense\0")).Status);
        Assert.Equal(403, (await service.EnrolAsync(core, foreign)).Status);
        Assert.Equal(403, (await service.EnrolAsync(core, null)).Status);
        core.Core.Time.Pass(TimeSpan.FromHours(72));
        Assert.Equal(403, (await service.EnrolAsync(core, expiring)).Status);
        Assert.False(await core.Core.Store.ReadAsync(db => db.Services.AnyAsync(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_new_identity_needs_a_fresh_token_the_same_organization_key_and_a_higher_generation()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var (core, first) = (enrolled.Listening, enrolled.Service);
        using var sameGeneration = new ServiceDouble("acme", enrolled.Core.Time, first.OrganizationKey);
        using var otherKey = new ServiceDouble("acme", enrolled.Core.Time, generation: 2);
        using var next = new ServiceDouble("acme", enrolled.Core.Time, first.OrganizationKey, generation: 2);

        Assert.Equal(403, (await next.EnrolAsync(core, null)).Status);
        Assert.Equal(403, (await sameGeneration.EnrolAsync(core, await EnrolledCore.EnrolmentTokenAsync(enrolled.Core))).Status);
        Assert.Equal(403, (await otherKey.EnrolAsync(core, await EnrolledCore.EnrolmentTokenAsync(enrolled.Core))).Status);
        Assert.Equal(200, (await next.EnrolAsync(core, await EnrolledCore.EnrolmentTokenAsync(enrolled.Core))).Status);

        // The older one does not come back, whatever it has.
        Assert.Equal(403, (await first.EnrolAsync(core, null)).Status);
        Assert.Equal(403, (await first.EnrolAsync(core, await EnrolledCore.EnrolmentTokenAsync(enrolled.Core))).Status);
        Assert.Equal(2, await enrolled.ReadAsync(db => db.Certificates.CountAsync()));
        Assert.Equal(2, await enrolled.ReadAsync(db => db.Services.Select(row => row.Generation).SingleAsync()));
    }

    [Fact]
    public async Task An_enrolment_clears_what_went_wrong_before()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        await enrolled.Core.Store.WriteAsync(
            db => db.Services.ExecuteUpdateAsync(set => set
                .SetProperty(row => row.DispatchAfter, enrolled.Core.Time.GetUtcNow() + TimeSpan.FromHours(1)).SetProperty(row => row.Failures, 7).SetProperty(row => row.Problem, "x")),
            TestContext.Current.CancellationToken);

        Assert.Equal(200, (await enrolled.Service.EnrolAsync(enrolled.Listening, null)).Status);

        var row = await enrolled.ReadAsync(db => db.Services.SingleAsync());
        Assert.Equal((null, 0, null), (row.DispatchAfter, row.Failures, row.Problem));
    }

    [Fact]
    public async Task What_is_not_as_it_must_be_is_refused_and_changes_nothing()
    {
        await using var core = await ListeningCore.CreateAsync();
        await core.Core.OrganizationAsync();
        using var service = new ServiceDouble("acme", core.Core.Time);
        using var other = new ServiceDouble("other", core.Core.Time);
        var token = await EnrolledCore.EnrolmentTokenAsync(core.Core);
        var unknown = new ServiceDouble("nobody", core.Core.Time);

        Assert.Equal(400, (await service.EnrolAsync(core, token, signer: service.CallKey)).Status);
        Assert.Equal(400, (await service.EnrolAsync(core, token, claims => claims with { Certificate = other.Certificate() }, other.Identity)).Status);
        Assert.Equal(400, (await service.EnrolAsync(core, token, claims => claims with { Audience = "another-core" })).Status);
        Assert.Equal(400, (await service.EnrolAsync(core, token, claims => claims with { Address = "http://localhost/path" })).Status);
        Assert.Equal(400, (await service.EnrolAsync(core, token, claims => claims with { Version = "1\0" })).Status);
        Assert.Equal(400, (await service.EnrolAsync(core, token, claims => claims with { ExpiresAt = claims.IssuedAt + 301 })).Status);
        Assert.Equal(400, (await service.EnrolAsync(core, token, claims => claims with { IssuedAt = claims.IssuedAt - 600, ExpiresAt = claims.IssuedAt - 400 })).Status);
        Assert.Equal(404, (await unknown.EnrolAsync(core, token)).Status);
        Assert.Equal(400, (await core.SendAsync(HttpMethod.Post, service.EnrolmentPath, "{\"enrolment\":\"\\u0000\"}"u8.ToArray())).Status);
        Assert.Equal(400, (await core.SendAsync(HttpMethod.Post, service.EnrolmentPath, Encoding.UTF8.GetBytes(new string('[', 20_000)))).Status);
        Assert.Equal(413, (await core.SendAsync(HttpMethod.Post, service.EnrolmentPath, new byte[100_000])).Status);
        Assert.Equal(404, (await core.SendAsync(HttpMethod.Post, "/v1/organizations/a%27b/enrolment", "{}"u8.ToArray())).Status);
        Assert.False(await core.Core.Store.ReadAsync(db => db.Services.AnyAsync(), TestContext.Current.CancellationToken));
        Assert.False(await core.Core.Store.ReadAsync(db => db.Audit.AnyAsync(), TestContext.Current.CancellationToken));
        Assert.Equal(200, (await service.EnrolAsync(core, token)).Status);
        unknown.Dispose();
    }

    [Fact]
    public async Task The_call_key_that_it_names_has_to_sign_the_call()
    {
        await using var core = await ListeningCore.CreateAsync();
        await core.Core.OrganizationAsync();
        using var service = new ServiceDouble("acme", core.Core.Time);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var body = Encoding.UTF8.GetBytes($"{{\"enrolment\":\"{JwsSigner.Sign(service.Identity, service.Claims(await EnrolledCore.EnrolmentTokenAsync(core.Core)))}\"}}");
        var method = $"POST {service.EnrolmentPath}";

        Assert.Equal(401, (await core.SendAsync(HttpMethod.Post, service.EnrolmentPath, body)).Status);
        Assert.Equal(401, (await core.SendAsync(HttpMethod.Post, service.EnrolmentPath, body, service.Token(method, body, signer: stranger))).Status);
        Assert.Equal(401, (await core.SendAsync(HttpMethod.Post, service.EnrolmentPath, body, service.Token(method, []))).Status);
        Assert.Equal(401, (await core.SendAsync(HttpMethod.Post, service.EnrolmentPath, body, service.Token("POST /", body))).Status);
        Assert.Equal(200, (await core.SendAsync(HttpMethod.Post, service.EnrolmentPath, body, service.Token(method, body))).Status);
    }

    [Fact]
    public async Task Wrong_tokens_are_counted()
    {
        await using var core = await ListeningCore.CreateAsync(settings: ["--Provisioning:WrongTokensPerMinute=3"]);
        await core.Core.OrganizationAsync();
        using var service = new ServiceDouble("acme", core.Core.Time);

        var statuses = new List<int>();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            statuses.Add((await service.EnrolAsync(core, $"guess-{attempt}")).Status);
        }

        Assert.Equal([403, 403, 403, 429, 429], statuses);
        Assert.Equal(200, (await service.EnrolAsync(core, await EnrolledCore.EnrolmentTokenAsync(core.Core))).Status);
    }

    [Fact]
    public async Task Strangers_without_a_token_are_counted_as_well()
    {
        await using var core = await ListeningCore.CreateAsync(settings: ["--Provisioning:WrongTokensPerMinute=3"]);
        await core.Core.OrganizationAsync();
        using var stranger = new ServiceDouble("acme", core.Core.Time);

        var statuses = new List<int>();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            statuses.Add((await stranger.EnrolAsync(core, null)).Status);
        }

        Assert.Equal([403, 403, 403, 429, 429], statuses);
    }

    [Fact]
    public async Task A_stranger_is_refused_without_taking_the_writers_turn()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        using var stranger = new ServiceDouble("acme", enrolled.Core.Time, generation: 2);
        using var nobody = new ServiceDouble("nobody", enrolled.Core.Time);
        var token = await EnrolledCore.EnrolmentTokenAsync(enrolled.Core);

        // The turn is taken for as long as the strangers are answered: whoever waits for it is not.
        var statuses = await enrolled.Core.Store.WriteAsync(
            async db =>
            {
                await db.Organizations.ExecuteUpdateAsync(set => set.SetProperty(row => row.Name, "held"), TestContext.Current.CancellationToken);
                return new List<int>
                {
                    (await stranger.EnrolAsync(enrolled.Listening, null)).Status,
                    (await stranger.EnrolAsync(enrolled.Listening, "guess")).Status,
                    (await stranger.EnrolAsync(enrolled.Listening, token)).Status,
                    (await nobody.EnrolAsync(enrolled.Listening, "guess")).Status,
                };
            },
            TestContext.Current.CancellationToken);

        Assert.Equal([403, 403, 403, 404], statuses);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_enrolment_that_was_signed_before_the_last_one_puts_nothing_back(DatabaseProvider provider)
    {
        await using var enrolled = await EnrolledCore.CreateAsync(provider);
        var (service, token) = (enrolled.Service, await EnrolledCore.EnrolmentTokenAsync(enrolled.Core));
        var early = enrolled.Core.Time.GetUtcNow().ToUnixTimeSeconds();
        enrolled.Core.Time.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(200, (await service.EnrolAsync(enrolled.Listening, token, claims => claims with { Address = "http://localhost:9999/" })).Status);

        var without = await service.EnrolAsync(enrolled.Listening, null, Repeat);
        var with = await service.EnrolAsync(enrolled.Listening, token, Repeat);
        var same = await service.EnrolAsync(enrolled.Listening, token, claims => claims with { Address = "http://localhost:9999/" });

        Assert.Equal((403, 403, 200), (without.Status, with.Status, same.Status));
        Assert.Equal("http://localhost:9999/", await enrolled.ReadAsync(db => db.Services.Select(row => row.Address).SingleAsync(TestContext.Current.CancellationToken)));

        Enrolment Repeat(Enrolment claims) => claims with { Address = "http://localhost:1111/", IssuedAt = early, ExpiresAt = early + 300 };
    }
}
