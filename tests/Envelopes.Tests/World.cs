using System.Security.Cryptography;
using EncryptionService.Formats;
using EncryptionService.Hpke;

namespace EncryptionService.Envelopes.Tests;

/// <summary>One group and the service that speaks for it, in memory: just enough to make what members get to see.</summary>
internal sealed class World : IDisposable
{
    private readonly ECDsa organizationKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly List<string> certificates = [];
    private readonly List<string> statements = [];
    private readonly Dictionary<MemberId, string> envelopes = [];
    private ulong generation;

    public World(string organization = "o1", string group = "g1")
    {
        Organization = Ids.Organization(organization);
        Group = Ids.Group(group);
        Roster = RosterTree.Empty<Person>();
        Adoption = HpkePrivateKey.Generate(HpkeSuite.Hpke4);
        ReplaceIdentity();
    }

    public OrganizationId Organization { get; }

    public GroupId Group { get; }

    public ECDsa Identity { get; private set; } = null!;

    public HpkePrivateKey Adoption { get; }

    public RosterTree<Person> Roster { get; private set; }

    public IReadOnlyList<Suite> Suites { get; set; } = Suite.All;

    public VaultKey? Key { get; private set; }

    public ulong Epoch { get; private set; }

    public Statement? Head { get; private set; }

    public Thumbprint Pin => SigningJwk.Of(organizationKey).Thumbprint;

    public IReadOnlyList<string> Statements => statements;

    public IReadOnlyList<string> Certificates => certificates;

    public string EnvelopeOf(Person person) => envelopes[person.Member];

    /// <summary>A new identity, one generation up, under the same organization key.</summary>
    public void ReplaceIdentity()
    {
        Identity = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        generation++;
        certificates.Add(Certify(Identity, generation));
    }

    public string Certify(ECDsa identity, ulong number, ECDsa? signer = null) => JwsSigner.Sign(signer ?? organizationKey, new IdentityCertificate
    {
        Organization = Organization,
        Generation = number,
        Identity = SigningJwk.Of(identity),
        Adoption = Adoption.ToJwk(),
        IssuedAt = Claims.Now,
        OrganizationKey = SigningJwk.Of(signer ?? organizationKey),
    });

    public void Add(params Person[] people)
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

    public void Remove(Person person)
    {
        Roster = Roster.Remove(person.Member);
        envelopes.Remove(person.Member);
        Rotate(StatementReasons.Removed);
    }

    public void Rotate(string why = StatementReasons.Rotated)
    {
        Mint(Key);
        Publish([.. Roster], why);
    }

    /// <summary>The first epoch behind which an adopted key is readable.</summary>
    public void Adopt(VaultKey adopted)
    {
        Key = adopted;
        Mint(adopted);
        AdoptedCommitment = Commitment.Compute(adopted, Organization, Group, 0);
        Publish([.. Roster], StatementReasons.Adopted);
    }

    public void Delete()
    {
        Roster = RosterTree.Empty<Person>();
        Publish([], StatementReasons.Deleted, end: true);
    }

    /// <summary>Signs and appends what the caller made of the next statement.</summary>
    public void Append(Func<Statement, Statement> change)
    {
        var compact = JwsSigner.Sign(Identity, change(Next(StatementReasons.Rotated, end: false)));
        statements.Add(compact);
        Head = Statement.TryParse(compact, out var parsed, out var error) ? parsed : throw new InvalidOperationException(error);
    }

    /// <summary>What this member's client would open.</summary>
    public OpenRequest RequestOf(Person person, GroupMemory? memory = null) => new()
    {
        Organization = Organization,
        Group = Group,
        Member = person.Member,
        Keys = person.Secret,
        PinnedOrganization = Pin,
        Memory = memory,
        Envelope = envelopes.GetValueOrDefault(person.Member, ""),
        Statements = [.. statements.Skip(memory is null ? 0 : (int)memory.Revision - 1)],
        Proof = Roster.Prove(person.Member)?.ToJson() ?? "[]",
        Certificates = [.. certificates],
    };

    public void Dispose()
    {
        organizationKey.Dispose();
        Identity.Dispose();
        Adoption.Dispose();
        Key?.Dispose();
    }

    private Digest32? AdoptedCommitment { get; set; }

    private KeyLink? Link { get; set; }

    private void Mint(VaultKey? older)
    {
        var minted = VaultKey.Generate();
        Link = older is null ? null : KeyLinks.Seal(minted, older, Organization, Group, Epoch + 1, Epoch);
        AdoptedCommitment = null;
        Key = minted;
        Epoch++;
    }

    private void Publish(Person[] wrapFor, string why, bool end = false)
    {
        Append(_ => Next(why, end));
        foreach (var envelope in Wrapper.Wrap(Key!, Organization, Group, Epoch, [.. wrapFor.Select(person => person.Recipient)]))
        {
            envelopes[envelope.Member] = envelope.Jwe;
        }
    }

    private Statement Next(string why, bool end) => new()
    {
        Issuer = SigningJwk.Of(Identity).Thumbprint,
        Organization = Organization,
        Group = Group,
        Epoch = Epoch,
        Revision = (Head?.Revision ?? 0) + 1,
        Previous = Head?.Hash,
        Commitment = Epoch == 0 ? null : Commitment.Compute(Key!, Organization, Group, Epoch),
        Roster = Roster.Root,
        Suites = Suites,
        IssuedAt = Claims.Now,
        Why = [why],
        Link = Link,
        Adopted = AdoptedCommitment,
        End = end,
    };
}
