using System.Globalization;

namespace EncryptionService.Hammer.Scim.Idp;

/// <summary>A user as the IdP has it. Changed by one step at a time.</summary>
internal sealed class IdpUser(string handle, int number, string domain = "kubernetes.example")
{
    private const int OneInSoManyIsOdd = 8;
    private readonly List<string> ids = [];

    /// <summary>The user's name in the history.</summary>
    public string Handle { get; } = handle;

    /// <summary>How many came before.</summary>
    public int Number { get; } = number;

    /// <summary>The name that is provisioned; some hold what names really hold (scim.md, point 32).</summary>
    public string UserName { get; } = (number % (4 * OneInSoManyIsOdd)) switch
    {
        OneInSoManyIsOdd - 1 => $"{handle}_partner.example#EXT#@{domain}",
        (2 * OneInSoManyIsOdd) - 1 => $"{handle}.o'neill@{domain}",
        (3 * OneInSoManyIsOdd) - 1 => $"{handle}+k8s@{domain}",
        (4 * OneInSoManyIsOdd) - 1 => $"{handle}.müller@{domain}",
        _ => $"{handle}@{domain}",
    };

    public string Email { get; } = $"{handle}@mail.{domain}";

    /// <summary>True if the name alone is an address that a mail can go to.</summary>
    public bool HasPlainName { get; } = number % OneInSoManyIsOdd != OneInSoManyIsOdd - 1;

    /// <summary>The IdP's own id.</summary>
    public string ExternalId { get; } = string.Create(CultureInfo.InvariantCulture, $"00u{number:D17}");

    /// <summary>The SCIM id; null while there is no such user.</summary>
    public string? Id { get; private set; }

    /// <summary>True while provisioned and active.</summary>
    public bool Active { get; private set; }

    /// <summary>Every SCIM id that this user ever had.</summary>
    public IReadOnlyList<string> Ids => ids;

    public string RequiredId => Id ?? throw new InvalidOperationException($"{Handle} is not provisioned.");

    public void Provisioned(string id)
    {
        Id = id;
        Active = true;
        if (!ids.Contains(id))
        {
            ids.Add(id);
        }
    }

    public void Suspended() => Active = false;

    public void Deleted()
    {
        Id = null;
        Active = false;
    }
}

/// <summary>A group as the IdP has it. Changed by one step at a time.</summary>
internal sealed class IdpGroup(string handle, int number)
{
    /// <summary>The group's name in the history.</summary>
    public string Handle { get; } = handle;

    public int Number { get; } = number;

    /// <summary>The SCIM id; null until it is made.</summary>
    public string? Id { get; set; }

    public string RequiredId => Id ?? throw new InvalidOperationException($"{Handle} is not provisioned.");

    public string Name { get; set; } = "";

    public bool Ended { get; set; }

    /// <summary>Who is in it, in the IdP's eyes.</summary>
    public HashSet<IdpUser> Members { get; } = [];
}
