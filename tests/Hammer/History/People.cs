using System.Globalization;
using EncryptionService.Contracts.Membership;
using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Hammer.History;

/// <summary>A user with real member keys, the same for good.</summary>
internal sealed class Person(MemberId member, MemberPrivateKeys privateKeys) : IRosterEntry, IDisposable
{
    public MemberId Member { get; } = member;

    public MemberPrivateKeys PrivateKeys { get; } = privateKeys;

    public KeyIds Keys { get; } = privateKeys.Public.Ids;

    /// <summary>Id and public keys, as they travel.</summary>
    public MemberWithKeys Wire { get; } = new()
    {
        MemberId = member.Value,
        Keys = new ClaimedKeys { HpkeJwk = privateKeys.Public.Hpke.ToJson(), SigningJwk = privateKeys.Public.Signing.ToJson() },
    };

    public void Dispose() => PrivateKeys.Dispose();
}

/// <summary>All users of a run. Most have HPKE-4 keys; one in sixteen each has HPKE-3 and HPKE-7, so that every suite is exercised.</summary>
internal sealed class People : IDisposable
{
    private const int Share = 16;
    private readonly Dictionary<string, Person> people = [];

    public int Count => people.Count;

    /// <summary>The user; made with new keys when first asked for.</summary>
    public Person Get(string user)
    {
        lock (people)
        {
            if (!people.TryGetValue(user, out var person))
            {
                if (!MemberId.TryParse(user, out var member))
                {
                    throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"'{user}' is no id."));
                }

                person = new Person(member, MemberPrivateKeys.Generate(SuiteOf(people.Count)));
                people.Add(user, person);
            }

            return person;
        }
    }

    public void Dispose()
    {
        foreach (var person in people.Values)
        {
            person.Dispose();
        }
    }

    private static Suite SuiteOf(int index) => (index % Share) switch
    {
        5 => Suite.Hpke7,
        11 => Suite.Hpke3,
        _ => Suite.Hpke4,
    };
}
