using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Client.Tests.Setting;

/// <summary>One group as the service keeps it, and what it gives to the core.</summary>
internal sealed class GroupWorld(ServiceWorld service, GroupId id) : IDisposable
{
    private VaultKey? key;
    private KeyLink? link;
    private Digest32? adopted;

    public GroupId Id => id;

    public string DisplayName { get; set; } = $"Group {id}";

    public RosterTree<RosterPerson> Roster { get; private set; } = RosterTree.Empty<RosterPerson>();

    public ulong Epoch { get; private set; }

    public List<Statement> Statements { get; } = [];

    public Dictionary<MemberId, string> Envelopes { get; } = [];

    /// <summary>Vault keys by epoch, base64url: what a test compares with.</summary>
    public Dictionary<ulong, string> Keys { get; } = [];

    public void Add(params RosterPerson[] people)
    {
        foreach (var person in people)
        {
            Roster = Roster.Set(person);
        }

        if (Epoch == 0)
        {
            Mint(null);
        }

        Publish(people, StatementReasons.Added);
    }

    public void Remove(MemberId member)
    {
        Roster = Roster.Remove(member);
        Envelopes.Remove(member);
        Rotate(StatementReasons.Removed);
    }

    public void Rotate(string why = StatementReasons.Rotated)
    {
        Mint(key);
        Publish([.. Roster], why);
    }

    public void AdoptFor(VaultKey old, params RosterPerson[] people)
    {
        foreach (var person in people)
        {
            Roster = Roster.Set(person);
        }

        Keys[0] = Base64UrlText.Encode(old.Reveal());
        var commitment = Commitment.Compute(old, service.Organization, id, 0);
        Mint(old);
        adopted = commitment;
        Publish([.. Roster], StatementReasons.Adopted);
    }

    /// <summary>The envelopes of this epoch's key, or of another one, under any names: for a hostile core with a helper.</summary>
    public string Forge(RosterPerson person, GroupId? group = null, ulong? epoch = null, VaultKey? other = null)
        => Wrapper.Wrap(other ?? key!, service.Organization, group ?? id, epoch ?? Epoch, [person.Recipient])[0].Jwe;

    public void Publish(RosterPerson[] wrapFor, string why)
    {
        Append(statement => statement, why);
        foreach (var envelope in Wrapper.Wrap(key!, service.Organization, id, Epoch, [.. wrapFor.Select(person => person.Recipient)]))
        {
            Envelopes[envelope.Member] = envelope.Jwe;
        }
    }

    public void Append(Func<Statement, Statement> change, string why = StatementReasons.Rotated)
    {
        var compact = JwsSigner.Sign(service.Identity, change(Next(why)));
        Statements.Add(Statement.TryParse(compact, out var parsed, out var error) ? parsed : throw new InvalidOperationException(error));
    }

    public void Dispose() => key?.Dispose();

    private void Mint(VaultKey? older)
    {
        var minted = VaultKey.Generate();
        link = older is null ? null : KeyLinks.Seal(minted, older, service.Organization, id, Epoch + 1, Epoch);
        adopted = null;
        older?.Dispose();
        key = minted;
        Epoch++;
        Keys[Epoch] = Base64UrlText.Encode(minted.Reveal());
    }

    private Statement Next(string why) => new()
    {
        Issuer = SigningJwk.Of(service.Identity).Thumbprint,
        Organization = service.Organization,
        Group = id,
        Epoch = Epoch,
        Revision = (ulong)Statements.Count + 1,
        Previous = Statements.Count == 0 ? null : Statements[^1].Hash,
        Commitment = Epoch == 0 ? null : Commitment.Compute(key!, service.Organization, id, Epoch),
        Roster = Roster.Root,
        Suites = Suite.All,
        IssuedAt = 1_790_000_000,
        Why = [why],
        Link = link,
        Adopted = adopted,
    };
}
