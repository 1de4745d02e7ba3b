using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Provisioning.Tests.Setting;

/// <summary>A member with private keys.</summary>
internal sealed record PersonDouble(MemberId Member, MemberPrivateKeys Secret) : IRosterEntry
{
    public KeyIds Keys => Secret.Public.Ids;

    public static PersonDouble Of(string member, Suite? suite = null) =>
        new(MemberId.TryParse(member, out var id) ? id : throw new ArgumentException("No id.", nameof(member)), MemberPrivateKeys.Generate(suite ?? Suite.Hpke4));
}

/// <summary>One group as its service sees it: key, roster, chain of statements.</summary>
internal sealed class GroupDouble(ServiceDouble service, string group) : IDisposable
{
    private KeyLink? link;
    private VaultKey? key;

    public GroupId Group { get; } = GroupId.TryParse(group, out var id) ? id : throw new ArgumentException("No id.", nameof(group));

    public Statement? Head { get; private set; }

    public ulong Epoch { get; private set; }

    public RosterTree<PersonDouble> Roster { get; private set; } = RosterTree.Empty<PersonDouble>();

    /// <summary>The group as it was created: one statement, no key.</summary>
    public JsonObject Create() => Post(Next(StatementReasons.Created), []);

    /// <summary>Members enter.</summary>
    public JsonObject Add(params PersonDouble[] people)
    {
        Roster = people.Aggregate(Roster, (roster, person) => roster.Set(person));
        if (Epoch == 0)
        {
            Mint();
        }

        return Post(Next(StatementReasons.Added), people);
    }

    /// <summary>A member leaves.</summary>
    public JsonObject Remove(PersonDouble person)
    {
        Roster = Roster.Remove(person.Member);
        Mint();
        return Post(Next(StatementReasons.Removed), [.. Roster]);
    }

    /// <summary>The group ends.</summary>
    public JsonObject Delete()
    {
        Roster = RosterTree.Empty<PersonDouble>();
        return Post(Next(StatementReasons.Deleted, statement => statement with { End = true }), []);
    }

    /// <summary>The next statement, signed; it becomes the head.</summary>
    public string Next(string why, Func<Statement, Statement>? change = null, ECDsa? signer = null)
    {
        var compact = Sign(why, change, signer);
        Head = Statement.TryParse(compact, out var parsed, out var error) ? parsed : throw new InvalidOperationException(error);
        return compact;
    }

    /// <summary>The next statement, signed; the head stays what it is.</summary>
    public string Sign(string why, Func<Statement, Statement>? change = null, ECDsa? signer = null)
    {
        var statement = new Statement
        {
            Issuer = SigningJwk.Of(signer ?? service.Identity).Thumbprint,
            Organization = service.Organization,
            Group = Group,
            Epoch = Epoch,
            Revision = (Head?.Revision ?? 0) + 1,
            Previous = Head?.Hash,
            Commitment = key is null ? null : Commitment.Compute(key, service.Organization, Group, Epoch),
            Roster = Roster.Root,
            Suites = [Suite.Hpke4, Suite.Hpke7],
            IssuedAt = 1_780_000_000,
            Why = [why],
            Link = link,
        };
        return JwsSigner.Sign(signer ?? service.Identity, change?.Invoke(statement) ?? statement);
    }

    /// <summary>A post of a statement with envelopes of the present key for these people.</summary>
    public JsonObject Post(string statement, IReadOnlyList<PersonDouble> people, long generation = 0) => new()
    {
        ["statement"] = statement,
        ["epoch"] = (long)Epoch,
        ["generation"] = generation,
        ["envelopes"] = new JsonArray([.. Wrap(people).Select(envelope => new JsonObject
        {
            ["member"] = envelope.Member.Value,
            ["kid"] = envelope.Kid.ToString(),
            ["jwe"] = envelope.Jwe,
        })]),
    };

    public void Dispose() => key?.Dispose();

    private WrappedEnvelope[] Wrap(IReadOnlyList<PersonDouble> people) => people.Count == 0
        ? []
        : Wrapper.Wrap(key!, service.Organization, Group, Epoch, [.. people.Select(person => new Recipient(person.Member, person.Secret.Public.Hpke))]);

    private void Mint()
    {
        var minted = VaultKey.Generate();
        if (key is not null)
        {
            link = KeyLinks.Seal(minted, key, service.Organization, Group, Epoch + 1, Epoch);
            key.Dispose();
        }

        key = minted;
        Epoch++;
    }
}
