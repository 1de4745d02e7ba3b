using System.Globalization;
using EncryptionService.Contracts.Membership;
using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Benchmarks.World;

/// <summary>Members as they travel: an id and real public keys.</summary>
internal static class Person
{
    /// <summary>So many members with keys of their own, all for HPKE-4.</summary>
    public static MemberWithKeys[] Make(int count, string prefix)
    {
        var people = new MemberWithKeys[count];
        Parallel.For(0, count, index =>
        {
            using var keys = MemberPrivateKeys.Generate(Suite.Hpke4);
            people[index] = new MemberWithKeys
            {
                MemberId = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{index:D6}"),
                Keys = new ClaimedKeys { HpkeJwk = keys.Public.Hpke.ToJson(), SigningJwk = keys.Public.Signing.ToJson() },
            };
        });
        return people;
    }
}
