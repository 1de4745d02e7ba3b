using System.Text.Json;
using EncryptionService.Formats;

namespace EncryptionService.Client.Tests.Setting;

/// <summary>A member as the core knows one.</summary>
internal sealed class StubMember(string name)
{
    public MemberId Member { get; } = Ids.Member(name);

    public string UserName { get; set; } = $"{name}@example.com";

    public MemberKeys? Keys { get; set; }

    public ulong Counter { get; set; } = 1;

    public bool Pinned { get; set; } = true;

    public bool Suspended { get; set; }

    public RosterPerson Person => new(Member, Keys!);
}

/// <summary>The member's side of the stub: sections 2 to 6 of docs/spec/member.md.</summary>
internal sealed class StubMembers(ServiceWorld service)
{
    private readonly Dictionary<string, StubMember> invitations = [];

    public Dictionary<string, StubMember> ByName { get; } = [];

    public int PageSize { get; set; } = 500;

    public string OrganizationName { get; set; } = "Contoso";

    /// <summary>Changes what is told of a group, before it is told.</summary>
    public Func<StubMember, GroupAnswer, GroupAnswer>? Lie { get; set; }

    /// <summary>Invites and returns the token.</summary>
    public string Invite(string name)
    {
        var token = Base64UrlText.Encode(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        ByName.TryAdd(name, new StubMember(name));
        invitations[token] = ByName[name];
        return token;
    }

    public StubAnswer Answer(StubRequest request)
    {
        switch (request)
        {
            case { Method: "POST", Path: "/member/v1/invitations" }:
                return Invitation(request);
            case { Method: "POST", Path: "/member/v1/acceptances" }:
                return Accept(request);
        }

        if (Caller(request) is not { } member)
        {
            return StubAnswer.Problem(401, "unauthorized", "The token is not good.");
        }

        return member.Suspended ? StubAnswer.Problem(403, "suspended", "The member is suspended.")
            : (request.Method, request.Path) switch
            {
                ("GET", "/member/v1/me") => Me(member),
                ("GET", "/member/v1/groups") => Groups(member),
                ("POST", "/member/v1/keys") => ChangeKeys(member, request),
                ("GET", var path) when path.StartsWith("/member/v1/groups/", StringComparison.Ordinal) => Group(member, path["/member/v1/groups/".Length..]),
                _ => StubAnswer.Problem(404, "not-found"),
            };
    }

    private StubMember? Caller(StubRequest request)
        => CallToken.TryParse(request.Bearer, out var token, out _)
            && ByName.Values.FirstOrDefault(member => token.VerifiedBy(member.Keys?.Signing)) is { } member
            && token.Organization == service.Organization && token.Audience == StubCore.Id && token.Method == $"{request.Method} {request.Path}"
            && token.Request == Digest32.Of(request.Body) && token.IsTimely(TimeProvider.System.GetUtcNow(), out _)
            ? member
            : null;

    private StubAnswer Invitation(StubRequest request)
        => request.Texts("token") is not [var token] || !invitations.TryGetValue(token, out var member) ? StubAnswer.Problem(404, "invitation-unknown")
            : new StubAnswer(200, JsonSerializer.Serialize(new
            {
                organization = service.Organization.Value,
                organizationName = OrganizationName,
                member = member.Member.Value,
                userName = member.UserName,
                core = StubCore.Id,
                accepted = member.Keys is not null,
            }));

    private StubAnswer Accept(StubRequest request)
    {
        if (request.Texts("token", "registration") is not [var token, var text] || !invitations.TryGetValue(token, out var member))
        {
            return StubAnswer.Problem(404, "invitation-unknown");
        }

        if (!Registration.TryParse(text, out var word, out _) || !IsGood(word, member))
        {
            return StubAnswer.Problem(400, "registration-invalid");
        }

        if (member.Suspended)
        {
            return StubAnswer.Problem(403, "invitation-forbidden");
        }

        if (member.Keys is not null && !member.Keys.Equals(word.Keys))
        {
            return StubAnswer.Problem(409, "invitation-used");
        }

        member.Keys = word.Keys;
        return Me(member);
    }

    private bool IsGood(Registration word, StubMember member)
        => word.VerifiedBy(word.Signing) && word.Organization == service.Organization && word.Member == member.Member && word.Audience == StubCore.Id
            && word.IsTimely(TimeProvider.System.GetUtcNow(), out _);

    private StubAnswer ChangeKeys(StubMember member, StubRequest request)
    {
        if (request.Texts("change", "registration") is not [var changeText, var registrationText]
            || !KeyChange.TryParse(changeText, out var change, out _) || !Registration.TryParse(registrationText, out var word, out _) || !IsGood(word, member))
        {
            return StubAnswer.Problem(400, "registration-invalid");
        }

        var old = member.Keys!;
        if (word.Keys.Equals(old))
        {
            return Me(member);
        }

        if (!member.Pinned)
        {
            return StubAnswer.Problem(409, "keys-on-their-way");
        }

        if (change.Counter != member.Counter)
        {
            return StubAnswer.Problem(409, "counter");
        }

        if (!change.VerifiedBy(old.Signing) || change.Old != old.Ids || change.New != word.Keys.Ids || change.Member != member.Member
            || change.Organization != service.Organization || !change.IsTimely(TimeProvider.System.GetUtcNow(), out _))
        {
            return StubAnswer.Problem(400, "change-invalid");
        }

        member.Keys = word.Keys;
        member.Counter++;
        return Me(member);
    }

    private StubAnswer Me(StubMember member) => new(200, JsonSerializer.Serialize(new
    {
        organization = service.Organization.Value,
        organizationName = OrganizationName,
        member = member.Member.Value,
        userName = member.UserName,
        core = StubCore.Id,
        keys = new { hpke = member.Keys!.Hpke.Thumbprint.ToString(), alg = member.Keys.Hpke.Alg, sig = member.Keys.Signing.Thumbprint.ToString() },
        counter = member.Counter,
        pinned = member.Pinned,
    }));

    private StubAnswer Groups(StubMember member) => new(200, JsonSerializer.Serialize(new
    {
        groups = service.Groups.Values.Where(group => group.Statements.Count == 0 || group.Roster.Contains(member.Member)).OrderBy(group => group.DisplayName, StringComparer.Ordinal)
            .Select(group => new
            {
                group = group.Id.Value,
                displayName = group.DisplayName,
                epoch = group.Epoch,
                revision = group.Statements.Count,
                envelope = group.Envelopes.ContainsKey(member.Member),
            }),
    }));

    private StubAnswer Group(StubMember member, string rest)
    {
        var parts = rest.Split("?after=");
        if (parts.Length != 2 || !ulong.TryParse(parts[1], out var after) || !GroupId.TryParse(parts[0], out var id)
            || !service.Groups.TryGetValue(id, out var group) || (group.Statements.Count > 0 && !group.Roster.Contains(member.Member) && Lie is null))
        {
            return StubAnswer.Problem(404, "group-unknown");
        }

        var left = group.Statements.Where(statement => statement.Revision > after).Select(statement => statement.Jws.Compact).ToArray();
        var answer = new GroupAnswer(
            group.Id.Value, group.DisplayName, group.Envelopes.GetValueOrDefault(member.Member), [.. left.Take(PageSize)],
            group.Roster.Prove(member.Member)?.Siblings.Select(sibling => sibling.ToString()).ToArray(), [.. service.Certificates], left.Length > PageSize);
        return new StubAnswer(200, JsonSerializer.Serialize(Lie?.Invoke(member, answer) ?? answer, GroupAnswer.Options));
    }
}

/// <summary>What is told of a group.</summary>
internal sealed record GroupAnswer(
    string Group, string DisplayName, string? Envelope, string[] Statements, string[]? Proof, string[] Certificates, bool More)
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };
}
