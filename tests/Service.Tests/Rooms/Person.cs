using EncryptionService.Contracts.Membership;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using Xunit;

namespace EncryptionService.Service.Tests.Rooms;

/// <summary>A member with real keys.</summary>
internal sealed class Person : IRosterEntry
{
    public Person(string id, Suite? suite = null)
    {
        Assert.True(MemberId.TryParse(id, out var member));
        Member = member;
        Keys = MemberPrivateKeys.Generate(suite ?? Suite.Hpke4);
    }

    public MemberId Member { get; }

    public MemberPrivateKeys Keys { get; }

    public KeyIds Ids => Keys.Public.Ids;

    KeyIds IRosterEntry.Keys => Ids;

    /// <summary>The same member with other keys.</summary>
    public Person WithNewKeys(Suite? suite = null) => new(Member.Value, suite);

    public MemberWithKeys Claim() => new()
    {
        MemberId = Member.Value,
        Keys = new ClaimedKeys { HpkeJwk = Keys.Public.Hpke.ToJson(), SigningJwk = Keys.Public.Signing.ToJson() },
    };

    /// <summary>What the old keys sign when new ones take their place.</summary>
    public KeyChange ChangeTo(Person next, ulong counter, FakeTime time, string organization = "o1") => new()
    {
        Organization = IdOf.Organization(organization),
        Member = Member,
        Old = Ids,
        New = next.Ids,
        Counter = counter,
        IssuedAt = time.Seconds,
        ExpiresAt = time.Seconds + 3_600,
    };
}

/// <summary>Ids from text.</summary>
internal static class IdOf
{
    public static OrganizationId Organization(string text) => OrganizationId.TryParse(text, out var id) ? id : throw new ArgumentException(text);

    public static GroupId Group(string text) => GroupId.TryParse(text, out var id) ? id : throw new ArgumentException(text);

    public static MemberId Member(string text) => MemberId.TryParse(text, out var id) ? id : throw new ArgumentException(text);
}
