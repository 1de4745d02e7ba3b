using EncryptionService.Contracts.Membership;
using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>A member with keys of their own.</summary>
internal sealed class Person(string name, Suite? suite = null) : IRosterEntry, IDisposable
{
    public MemberId Member { get; } = MemberId.TryParse(name, out var id) ? id : throw new ArgumentException(name);

    public MemberPrivateKeys Secret { get; } = MemberPrivateKeys.Generate(suite ?? Suite.Hpke4);

    public KeyIds Keys => Secret.Public.Ids;

    public MemberWithKeys Claim => new()
    {
        MemberId = Member.Value,
        Keys = new ClaimedKeys { HpkeJwk = Secret.Public.Hpke.ToJson(), SigningJwk = Secret.Public.Signing.ToJson() },
    };

    public void Dispose() => Secret.Dispose();
}
