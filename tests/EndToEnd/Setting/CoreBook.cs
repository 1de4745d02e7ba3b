using System.Text.Json;
using EncryptionService.Formats;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>An envelope that the core holds.</summary>
internal sealed record HeldEnvelope(ulong Epoch, string Member, string Kid, ulong Generation, string Jwe);

/// <summary>What the core holds of one group.</summary>
internal sealed class HeldGroup
{
    public SortedDictionary<ulong, Statement> Statements { get; } = [];

    public List<HeldEnvelope> Envelopes { get; } = [];

    public Statement Head => Statements.Last().Value;
}

/// <summary>What the core has taken, checked as docs/spec/core.md wants; everything that is against the specification is a complaint.</summary>
internal sealed class CoreBook(string organization)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, HeldGroup> groups = [];
    private readonly List<string> complaints = [];
    private readonly List<Enrolment> enrolments = [];
    private readonly HashSet<string> tokens = [];

    public IReadOnlyList<string> Complaints => Locked(() => complaints.ToList());

    public IReadOnlyList<Enrolment> Enrolments => Locked(() => enrolments.ToList());

    public IdentityCertificate Certificate => Locked(() =>
        IdentityCertificate.TryParse(enrolments[^1].Certificate, out var certificate, out var error) ? certificate : throw new InvalidOperationException(error));

    public T Read<T>(string group, Func<HeldGroup, T> read) => Locked(() => read(Group(group)));

    /// <summary>True if the core holds the statement of this revision and, of its epoch, an envelope for each of these people.</summary>
    public bool Has(string group, ulong revision, IEnumerable<Person> people) => Read(group, held =>
        held.Statements.TryGetValue(revision, out var statement)
        && people.All(person => held.Envelopes.Any(envelope =>
            envelope.Epoch == statement.Epoch && envelope.Member == person.Member.Value && envelope.Kid == person.Keys.Hpke.ToString())));

    /// <summary>Takes a statement that the core fetched, or that another replica had posted before the ledger was cut.</summary>
    public void TakeStatement(string group, string compact) => Locked(() => Add(Group(group), compact));

    public void CheckToken(string method, CoreRequest request) => Locked(() =>
    {
        var bearer = request.Headers.GetValueOrDefault("Authorization", "");
        if (!bearer.StartsWith("Bearer ", StringComparison.Ordinal) || !CallToken.TryParse(bearer[7..], out var token, out var error))
        {
            return Complain($"{request.Path}: no call token");
        }

        var key = request.IsEnrolment ? ReadEnrolment(request)?.CallKey : enrolments.Count > 0 ? enrolments[^1].CallKey : null;
        var fits = token.VerifiedBy(key) && token.Organization.Value == organization && token.Audience == FakeCore.Id
            && token.Method == $"{method} {request.Path}" && token.Request == Digest32.Of(request.Body) && token.ExpiresAt - token.IssuedAt <= 300;
        return fits && tokens.Add(token.Id) || Complain($"{request.Path}: the call token does not fit, or its jti was used before");
    });

    public (int Status, string Json) Enrol(CoreRequest request) => Locked(() =>
    {
        if (ReadEnrolment(request) is not { } enrolment
            || !IdentityCertificate.TryParse(enrolment.Certificate, out var certificate, out _)
            || !enrolment.VerifiedBy(certificate.Identity))
        {
            Complain("an enrolment that does not verify");
            return (400, "{}");
        }

        enrolments.Add(enrolment);
        return (200, $$"""{"core":"{{FakeCore.Id}}"}""");
    });

    public (int Status, string Json) Take(CoreRequest request) => Locked(() =>
    {
        using var post = JsonDocument.Parse(request.Body);
        var id = request.Path.Split('/')[^2];
        var group = Group(id);
        var compact = post.RootElement.GetProperty("statement").GetString()!;
        if (!Statement.TryParse(compact, out var statement, out _) || !statement.VerifiedBy(Certificate.Identity) || statement.Group.Value != id)
        {
            Complain("a statement that does not verify");
            return (400, "{}");
        }

        var expected = group.Statements.Count == 0 ? 1 : group.Statements.Keys.Max() + 1;
        if (statement.Revision > expected)
        {
            return (409, $$"""{"type":"urn:encryption-service:revision-gap","expected":{{expected}}}""");
        }

        Add(group, compact);
        int stored = 0, existing = 0;
        foreach (var json in post.RootElement.GetProperty("envelopes").EnumerateArray())
        {
            var envelope = new HeldEnvelope(
                post.RootElement.GetProperty("epoch").GetUInt64(), json.GetProperty("member").GetString()!, json.GetProperty("kid").GetString()!,
                post.RootElement.GetProperty("generation").GetUInt64(), json.GetProperty("jwe").GetString()!);
            var known = group.Envelopes.Any(other => other with { Jwe = "" } == envelope with { Jwe = "" });
            if (!known)
            {
                group.Envelopes.Add(envelope);
            }

            _ = known ? existing++ : stored++;
        }

        return (200, $$"""{"stored":{{stored}},"existing":{{existing}}}""");
    });

    private static Enrolment? ReadEnrolment(CoreRequest request)
    {
        using var json = JsonDocument.Parse(request.Body);
        return Enrolment.TryParse(json.RootElement.GetProperty("enrolment").GetString(), out var enrolment, out _) ? enrolment : null;
    }

    private bool Add(HeldGroup group, string compact)
    {
        if (!Statement.TryParse(compact, out var statement, out var error))
        {
            return Complain($"a statement that does not parse: {error}");
        }

        if (group.Statements.TryGetValue(statement.Revision, out var same))
        {
            return same.Hash == statement.Hash || Complain($"two statements for revision {statement.Revision} of {statement.Group}");
        }

        foreach (var older in group.Statements.Values.Where(older => older.Epoch == statement.Epoch && older.Commitment != statement.Commitment))
        {
            Complain($"two keys for epoch {older.Epoch} of {statement.Group}");
        }

        if (group.Statements.Count > 0 && !statement.Continues(group.Head, out var gap))
        {
            Complain($"revision {statement.Revision} of {statement.Group} does not continue the one before: {gap}");
        }

        group.Statements.Add(statement.Revision, statement);
        return true;
    }

    private HeldGroup Group(string id)
    {
        if (!groups.TryGetValue(id, out var group))
        {
            groups.Add(id, group = new HeldGroup());
        }

        return group;
    }

    private bool Complain(string text)
    {
        complaints.Add(text);
        return false;
    }

    private T Locked<T>(Func<T> work)
    {
        lock (gate)
        {
            return work();
        }
    }
}
