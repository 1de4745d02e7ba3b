using EncryptionService.Envelopes;
using EncryptionService.Service.Groups;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Posting;

namespace EncryptionService.Service.Wrapping;

/// <summary>Seals an epoch's vault key to members. Synchronous: the key lives as long as one call, in one thread's hands.</summary>
internal sealed class EnvelopeMaker(KeyRing ring)
{
    /// <summary>Makes the post for some of a delivery's recipients.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The sealed key does not open.</exception>
    public GroupPost Make(Delivery delivery, IReadOnlyList<RosterMember> recipients)
    {
        if (delivery.Key is not { } minted || recipients.Count == 0)
        {
            return new GroupPost(delivery.Group, delivery.Statement, delivery.Key?.Epoch ?? 0, delivery.Generation, []) { Earlier = delivery.Earlier };
        }

        var keys = ring.Keys;
        var targets = new Recipient[recipients.Count];
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = new Recipient(recipients[i].Member, recipients[i].Keys.Hpke);
        }

        using var vaultKey = keys.OpenVaultKey(delivery.Group, minted);
        var envelopes = Wrapper.Wrap(vaultKey, keys.Organization, delivery.Group, minted.Epoch, targets);
        return new GroupPost(delivery.Group, delivery.Statement, minted.Epoch, delivery.Generation, envelopes) { Earlier = delivery.Earlier };
    }
}
