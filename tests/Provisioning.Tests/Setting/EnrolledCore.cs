using System.Text.Json.Nodes;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EncryptionService.Provisioning.Tests.Setting;

/// <summary>A listening core with the organization acme, whose service is enrolled over HTTP. What the service would answer to events is written into the tables.</summary>
internal sealed class EnrolledCore : IAsyncDisposable
{
    private EnrolledCore(ListeningCore listening, ServiceDouble service)
    {
        Listening = listening;
        Service = service;
    }

    public ListeningCore Listening { get; }

    public ServiceDouble Service { get; }

    public CoreFixture Core => Listening.Core;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<EnrolledCore> CreateAsync(
        DatabaseProvider provider = DatabaseProvider.Sqlite, string[]? settings = null, Action<IServiceCollection>? replace = null)
    {
        var listening = await ListeningCore.CreateAsync(provider, settings, replace);
        await listening.Core.OrganizationAsync();
        var service = new ServiceDouble("acme", listening.Core.Time);
        var reply = await service.EnrolAsync(listening, await EnrolmentTokenAsync(listening.Core));
        Assert.Equal(200, reply.Status);
        return new EnrolledCore(listening, service);
    }

    public static async Task<string> EnrolmentTokenAsync(CoreFixture core, string organization = "acme")
    {
        var (secret, hash) = OneTimeSecret.Create();
        await core.Store.WriteAsync(
            db =>
            {
                db.EnrolmentTokens.Add(new EnrolmentTokenRow { Hash = hash, OrganizationId = organization, ExpiresAt = core.Time.GetUtcNow() + TimeSpan.FromHours(72) });
                return Task.CompletedTask;
            },
            Cancellation);
        return secret;
    }

    /// <summary>A pending member, and the token of its invitation.</summary>
    public async Task<(string Id, string Token)> InviteAsync(string userName)
    {
        var id = (await Core.MemberAsync("acme", userName)).Id;
        var (secret, hash) = OneTimeSecret.Create();
        await Core.Store.WriteAsync(
            db =>
            {
                db.Invitations.Add(new InvitationRow { MemberId = id, CreatedAt = Core.Time.GetUtcNow(), DueAt = Core.Time.GetUtcNow() });
                db.InvitationTokens.Add(new InvitationTokenRow { Hash = hash, MemberId = id, ExpiresAt = Core.Time.GetUtcNow() + TimeSpan.FromDays(30) });
                return Task.CompletedTask;
            },
            Cancellation);
        return (id, secret);
    }

    /// <summary>A member that accepted.</summary>
    public async Task<PersonDouble> MemberAsync(string userName)
    {
        var (id, token) = await InviteAsync(userName);
        var person = PersonDouble.Of(id);
        var reply = await AcceptAsync(token, person);
        Assert.Equal(200, reply.Status);
        return person;
    }

    public Task<Reply> AcceptAsync(string token, PersonDouble person, Func<Registration, Registration>? change = null) => Listening.PostAsync(
        "/member/v1/acceptances", new JsonObject { ["token"] = token, ["registration"] = Register(person, change) });

    public string Register(PersonDouble person, Func<Registration, Registration>? change = null, PersonDouble? signer = null)
    {
        var now = Core.Time.GetUtcNow();
        var registration = new Registration
        {
            Organization = Service.Organization,
            Member = person.Member,
            Audience = "core",
            Hpke = person.Secret.Public.Hpke,
            Signing = person.Secret.Public.Signing,
            IssuedAt = now.ToUnixTimeSeconds(),
            ExpiresAt = now.ToUnixTimeSeconds() + 300,
            Id = Guid.CreateVersion7(now).ToString("N"),
        };
        return (signer ?? person).Secret.Sign(change?.Invoke(registration) ?? registration);
    }

    /// <summary>A group of these members.</summary>
    public async Task<GroupDouble> GroupAsync(string name, params PersonDouble[] people)
    {
        var made = await Core.Get<GroupDirectory>().CreateAsync(
            "acme", name, null, [.. people.Select(person => person.Member.Value)], Actor.System, Cancellation);
        Assert.Equal(DirectoryProblem.None, made.Problem);
        return new GroupDouble(Service, made.Value!.Id);
    }

    /// <summary>The receipts of all that was asked: everybody asked for is in from this revision, everybody else out.</summary>
    public Task AcknowledgeAsync(GroupDouble group) => Core.Store.WriteAsync(
        async db =>
        {
            var (id, revision) = (group.Group.Value, (long)group.Head!.Revision);
            await db.Rosters.Where(row => row.GroupId == id && row.FromRevision == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.FromRevision, revision), Cancellation);
            await db.Rosters.Where(row => row.GroupId == id && row.RemovedSequence != null && row.ToRevision == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.ToRevision, revision), Cancellation);
            await db.Chains.Where(row => row.GroupId == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Acknowledged, revision), Cancellation);
            await db.Events.Where(row => row.GroupId == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.State, EventState.Done), Cancellation);
            await db.MemberKeys.Where(keys => db.Rosters.Any(row => row.MemberId == keys.MemberId && row.Hpke == keys.Hpke && row.GroupId == id))
                .ExecuteUpdateAsync(set => set.SetProperty(keys => keys.Pinned, true), Cancellation);
        },
        Cancellation);

    /// <summary>Posts, and expects success.</summary>
    public async Task<Reply> PostAsync(GroupDouble group, JsonNode post)
    {
        var reply = await Service.PostAsync(Listening, group.Group.Value, post);
        Assert.True(reply.Status == 200, reply.Detail);
        return reply;
    }

    /// <summary>A call of a member.</summary>
    public Task<Reply> CallAsync(PersonDouble person, HttpMethod method, string path, byte[]? body = null, Func<CallToken, CallToken>? change = null)
    {
        var now = Core.Time.GetUtcNow();
        var claims = new CallToken
        {
            Organization = Service.Organization,
            Audience = "core",
            Method = $"{method} {path}",
            Request = Digest32.Of(body ?? []),
            IssuedAt = now.ToUnixTimeSeconds(),
            ExpiresAt = now.ToUnixTimeSeconds() + 300,
            Id = Guid.CreateVersion7(now).ToString("N"),
        };
        return Listening.SendAsync(method, path, body, person.Secret.Sign(change?.Invoke(claims) ?? claims));
    }

    public Task<T> ReadAsync<T>(Func<CoreDb, Task<T>> read) => Core.Store.ReadAsync(read, Cancellation);

    public async ValueTask DisposeAsync()
    {
        Service.Dispose();
        await Listening.DisposeAsync();
    }
}
