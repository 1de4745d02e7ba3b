using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.MemberApi;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EncryptionService.Provisioning.Tests.MemberApi;

/// <summary>docs/spec/member.md, section 7.</summary>
public sealed class OperatorTests : IDisposable
{
    private readonly ECDsa operatorKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Approvals service = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_waits_is_listed_and_after_the_approval_asked_for_again()
    {
        await using var enrolled = await CreateAsync();
        var (alice, bob) = (await enrolled.MemberAsync("alice"), await enrolled.MemberAsync("bob"));
        using var group = await enrolled.GroupAsync("Sales", alice, bob);
        var token = await TokenAsync(enrolled);
        await RefuseAsync(enrolled, group, alice, "APPROVAL_PENDING");
        await RefuseAsync(enrolled, group, bob, "APPROVAL_PENDING");

        var pending = await enrolled.Listening.SendAsync(HttpMethod.Get, "/operator/v1/pending", bearer: token);
        service.Result = new ApprovalResult(ApprovalVerdict.Taken, 1, [new RefusedMember(bob.Member.Value, "KEY_NOT_PINNED")], "");
        var reply = await SubmitAsync(enrolled, token, Approve(enrolled, alice, bob));

        Assert.Equal(
            $$"""{"member":"{{alice.Member}}","userName":"alice","hpke":"{{alice.Keys.Hpke}}","alg":"HPKE-4","sig":"{{alice.Keys.Signing}}"}""",
            pending.Json!["members"]![0]!.ToJsonString());
        Assert.Equal(2, pending.Json["members"]!.AsArray().Count);
        Assert.Equal($$"""{"accepted":1,"refused":[{"member":"{{bob.Member}}","reason":"KEY_NOT_PINNED"}]}""", reply.Json!.ToJsonString());
        Assert.Equal([bob.Member.Value], await enrolled.ReadAsync(db => db.Refusals.Select(row => row.MemberId).ToListAsync(Cancellation)));
        Assert.Equal([alice.Member.Value], await enrolled.ReadAsync(db => db.Rosters.Where(row => row.RemovedSequence == null).Select(row => row.MemberId).ToListAsync(Cancellation)));
        Assert.Equal(1, await enrolled.ReadAsync(db => db.Audit.CountAsync(row => row.Action == "operator.approved" && row.Actor == "operator", Cancellation)));
    }

    [Fact]
    public async Task A_recovery_is_handed_over_and_the_group_repaired()
    {
        await using var enrolled = await CreateAsync();
        using var group = await enrolled.GroupAsync("Sales");
        var token = await TokenAsync(enrolled);
        Assert.Equal(404, (await enrolled.Listening.SendAsync(HttpMethod.Get, $"/operator/v1/groups/{group.Group}", bearer: token)).Status);
        await enrolled.PostAsync(group, group.Create());

        var head = await enrolled.Listening.SendAsync(HttpMethod.Get, $"/operator/v1/groups/{group.Group}", bearer: token);
        var reply = await SubmitAsync(enrolled, token, Recover(enrolled, group));

        Assert.Equal(
            $$"""{"group":"{{group.Group}}","displayName":"Sales","revision":1,"statement":"{{group.Head!.Jws.Compact}}","frozen":false}""", head.Json!.ToJsonString());
        Assert.Equal(200, reply.Status);
        Assert.Equal([group.Group.Value], service.Repaired);
    }

    [Fact]
    public async Task What_the_service_says_is_handed_on()
    {
        await using var enrolled = await CreateAsync();
        var alice = await enrolled.MemberAsync("alice");
        var token = await TokenAsync(enrolled);

        service.Result = new ApprovalResult(ApprovalVerdict.Refused, 0, [], "document: is not signed by an operator of this service");
        var refused = await SubmitAsync(enrolled, token, Approve(enrolled, alice));
        service.Result = new ApprovalResult(ApprovalVerdict.Unreachable, 0, [], "secret inner name");
        var unreachable = await SubmitAsync(enrolled, token, Approve(enrolled, alice));

        Assert.Equal((422, "document-refused", "document: is not signed by an operator of this service"), (refused.Status, refused.Word, refused.Detail));
        Assert.Equal((502, "service-unreachable"), (unreachable.Status, unreachable.Word));
        Assert.DoesNotContain("secret", unreachable.Json!.ToJsonString(), StringComparison.Ordinal);
        Assert.False(await enrolled.ReadAsync(db => db.Audit.AnyAsync(row => row.Actor == "operator", Cancellation)));
    }

    [Fact]
    public async Task Without_a_service_nothing_answers()
    {
        await using var enrolled = await EnrolledCore.CreateAsync();
        var alice = await enrolled.MemberAsync("alice");

        // The double's door is not there: nobody listens on its port.
        Assert.Equal(502, (await SubmitAsync(enrolled, await TokenAsync(enrolled), Approve(enrolled, alice))).Status);
    }

    [Fact]
    public async Task Documents_that_are_none_or_are_for_others_go_nowhere()
    {
        await using var enrolled = await CreateAsync();
        await enrolled.Core.OrganizationAsync("other");
        var alice = await enrolled.MemberAsync("alice");
        using var group = await enrolled.GroupAsync("Sales", alice);
        var (token, foreign) = (await TokenAsync(enrolled), await TokenAsync(enrolled, "other"));

        Assert.Equal((400, "document-invalid"), Of(await SubmitAsync(enrolled, token, "nonsense")));
        Assert.Equal((400, "document-invalid"), Of(await SubmitAsync(enrolled, token, enrolled.Register(alice))));
        Assert.Equal((400, "document-invalid"), Of(await SubmitAsync(enrolled, foreign, Approve(enrolled, alice))));
        Assert.Equal((400, "document-invalid"), Of(await SubmitAsync(enrolled, foreign, Recover(enrolled, group))));
        Assert.Equal(404, (await enrolled.Listening.SendAsync(HttpMethod.Get, $"/operator/v1/groups/{group.Group}", bearer: foreign)).Status);
        Assert.Empty((await enrolled.Listening.SendAsync(HttpMethod.Get, "/operator/v1/pending", bearer: foreign)).Json!["members"]!.AsArray());
        Assert.Equal(0, service.Documents);
    }

    [Fact]
    public async Task Wrong_tokens_are_401_and_then_429_and_a_right_one_is_never_delayed()
    {
        await using var enrolled = await EnrolledCore.CreateAsync(settings: ["--Provisioning:WrongTokensPerMinute=3"], replace: Replace);
        var token = await TokenAsync(enrolled);
        var statuses = new List<int>();
        foreach (var wrong in new[] { null, "", "guess", "guess", "guess" })
        {
            statuses.Add((await enrolled.Listening.SendAsync(HttpMethod.Get, "/operator/v1/pending", bearer: wrong)).Status);
        }

        Assert.Equal([401, 401, 401, 429, 429], statuses);
        Assert.Equal(200, (await enrolled.Listening.SendAsync(HttpMethod.Get, "/operator/v1/pending", bearer: token)).Status);
    }

    public void Dispose() => operatorKey.Dispose();

    private static (int, string?) Of(Reply reply) => (reply.Status, reply.Word);

    private static Task<Reply> SubmitAsync(EnrolledCore enrolled, string token, string document) =>
        enrolled.Listening.PostAsync("/operator/v1/documents", new JsonObject { ["document"] = document }, token);

    private static async Task<string> TokenAsync(EnrolledCore enrolled, string organization = "acme")
    {
        var (secret, hash) = OneTimeSecret.Create();
        await enrolled.Core.Store.WriteAsync(
            db =>
            {
                db.OperatorTokens.Add(new OperatorTokenRow { Hash = hash, OrganizationId = organization, CreatedAt = enrolled.Core.Time.GetUtcNow() });
                return Task.CompletedTask;
            },
            Cancellation);
        return secret;
    }

    /// <summary>What Dispatch does when the service refuses a member.</summary>
    private static Task RefuseAsync(EnrolledCore enrolled, GroupDouble group, PersonDouble person, string reason) => enrolled.Core.Store.WriteAsync(
        async db =>
        {
            var (id, member) = (group.Group.Value, person.Member.Value);
            await db.Rosters.Where(row => row.GroupId == id && row.MemberId == member).ExecuteDeleteAsync(Cancellation);
            db.Refusals.Add(new RefusalRow { GroupId = id, MemberId = member, OrganizationId = "acme", Reason = reason, At = enrolled.Core.Time.GetUtcNow() });
        },
        Cancellation);

    private Task<EnrolledCore> CreateAsync() => EnrolledCore.CreateAsync(replace: Replace);

    private void Replace(IServiceCollection services) => services.AddSingleton<IServiceApprovals>(service);

    private string Approve(EnrolledCore enrolled, params PersonDouble[] people) => JwsSigner.Sign(operatorKey, new Approval
    {
        Organization = enrolled.Service.Organization,
        Members = [.. people.Select(person => new ApprovedMember(person.Member, person.Keys))],
        IssuedAt = enrolled.Core.Time.GetUtcNow().ToUnixTimeSeconds(),
        ExpiresAt = enrolled.Core.Time.GetUtcNow().ToUnixTimeSeconds() + 3_600,
        Id = "approval-1",
    });

    private string Recover(EnrolledCore enrolled, GroupDouble group) => JwsSigner.Sign(operatorKey, new Recovery
    {
        Organization = enrolled.Service.Organization,
        Group = group.Group,
        Revision = 1,
        StatementHash = group.Head?.Hash ?? Digest32.Of("none"u8),
        IssuedAt = enrolled.Core.Time.GetUtcNow().ToUnixTimeSeconds(),
        ExpiresAt = enrolled.Core.Time.GetUtcNow().ToUnixTimeSeconds() + 3_600,
        Id = "recovery-1",
    });

    private sealed class Approvals : IServiceApprovals
    {
        public ApprovalResult Result { get; set; } = new(ApprovalVerdict.Taken, 1, [], "");

        public int Documents { get; private set; }

        public List<string> Repaired { get; } = [];

        public Task<ApprovalResult> SubmitAsync(string organization, string document, CancellationToken cancellationToken)
        {
            Documents++;
            return Task.FromResult(Result);
        }

        public Task RepairAsync(string organization, string group, CancellationToken cancellationToken)
        {
            Repaired.Add(group);
            return Task.CompletedTask;
        }
    }
}
