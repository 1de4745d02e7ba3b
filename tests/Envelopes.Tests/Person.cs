using EncryptionService.Formats;

namespace EncryptionService.Envelopes.Tests;

/// <summary>A member with keys.</summary>
internal sealed class Person(string name, MemberPrivateKeys keys) : IRosterEntry
{
    public Person(string name, Suite? suite = null)
        : this(name, MemberPrivateKeys.Generate(suite ?? Suite.Hpke4))
    {
    }

    public MemberId Member { get; } = Ids.Member(name);

    public MemberPrivateKeys Secret => keys;

    public KeyIds Keys => keys.Public.Ids;

    public Recipient Recipient => new(Member, keys.Public.Hpke);
}
