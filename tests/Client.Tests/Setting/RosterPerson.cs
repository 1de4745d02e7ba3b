using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Client.Tests.Setting;

/// <summary>A member as the service knows one: public keys only.</summary>
internal sealed record RosterPerson(MemberId Member, MemberKeys Public) : IRosterEntry
{
    public KeyIds Keys => Public.Ids;

    public Recipient Recipient => new(Member, Public.Hpke);
}
