using System.Text.Json;
using EncryptionService.Formats;

namespace EncryptionService.Client.Tests.Setting;

/// <summary>The operator's side of the stub: section 7 of docs/spec/member.md.</summary>
internal sealed class StubOperators(ServiceWorld service)
{
    public List<StubMember> Pending { get; } = [];

    public HashSet<GroupId> Frozen { get; } = [];

    /// <summary>Documents that came, as the service would get them.</summary>
    public List<string> Documents { get; } = [];

    /// <summary>What the service says to a document; null: accepted.</summary>
    public Func<string, StubAnswer?>? Service { get; set; }

    public StubAnswer Answer(StubRequest request)
    {
        if (request.Bearer != StubCore.OperatorToken)
        {
            return StubAnswer.Problem(401, "unauthorized", "The operator token is not good.");
        }

        return (request.Method, request.Path) switch
        {
            ("GET", "/operator/v1/pending") => new StubAnswer(200, JsonSerializer.Serialize(new
            {
                organization = service.Organization.Value,
                members = Pending.Select(member => new
                {
                    member = member.Member.Value,
                    userName = member.UserName,
                    hpke = member.Keys!.Hpke.Thumbprint.ToString(),
                    alg = member.Keys.Hpke.Alg,
                    sig = member.Keys.Signing.Thumbprint.ToString(),
                }),
            })),
            ("POST", "/operator/v1/documents") => Take(request),
            ("GET", var path) when path.StartsWith("/operator/v1/groups/", StringComparison.Ordinal) => Head(path["/operator/v1/groups/".Length..]),
            _ => StubAnswer.Problem(404, "not-found"),
        };
    }

    private StubAnswer Head(string id)
    {
        if (!GroupId.TryParse(id, out var group) || !service.Groups.TryGetValue(group, out var world) || world.Statements.Count == 0)
        {
            return StubAnswer.Problem(404, "group-unknown");
        }

        var head = world.Statements[^1];
        return new StubAnswer(200, JsonSerializer.Serialize(new
        {
            group = id,
            displayName = world.DisplayName,
            revision = head.Revision,
            statement = head.Jws.Compact,
            frozen = Frozen.Contains(group),
        }));
    }

    private StubAnswer Take(StubRequest request)
    {
        if (request.Texts("document") is not [var document])
        {
            return StubAnswer.Problem(400, "malformed");
        }

        if (Service?.Invoke(document) is { } answer)
        {
            return answer;
        }

        Documents.Add(document);
        var accepted = Approval.TryParse(document, out var approval, out _) ? approval.Members.Count : 1;
        return new StubAnswer(200, JsonSerializer.Serialize(new { accepted, refused = Array.Empty<object>() }));
    }
}
