using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Hammer.Scim.Members;

/// <summary>A member with its keys, which never leave the hammer.</summary>
internal sealed class Invitee(MemberId member, MemberPrivateKeys keys) : IDisposable
{
    public MemberId Member { get; } = member;

    public MemberPrivateKeys Keys { get; } = keys;

    /// <summary>True once the core has taken the keys.</summary>
    public bool Accepted { get; set; }

    public void Dispose() => Keys.Dispose();
}
