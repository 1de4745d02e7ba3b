using System.Text.Json;

namespace EncryptionService.Formats;

/// <summary>A signed object that is good for a time only.</summary>
public abstract record TimedObject : SignedObject
{
    /// <summary>How far clocks may differ, in seconds.</summary>
    public const long Leeway = 60;

    /// <summary>Longest life of a member's or an operator's word: 31 days, in seconds.</summary>
    private protected const long Month = 31 * 24 * 60 * 60;

    private protected TimedObject()
    {
    }

    /// <summary>Time of signing (<c>iat</c>), seconds since 1970.</summary>
    public required long IssuedAt { get; init; }

    /// <summary>End of validity (<c>exp</c>), seconds since 1970.</summary>
    public required long ExpiresAt { get; init; }

    /// <summary>Longest allowed distance from <c>iat</c> to <c>exp</c>, in seconds.</summary>
    public abstract long MaxLifetime { get; }

    /// <summary>True if the object is valid at this time; otherwise says why not.</summary>
    public bool IsTimely(DateTimeOffset now, out string problem)
    {
        var seconds = now.ToUnixTimeSeconds();
        problem = ExpiresAt < IssuedAt ? "'exp' is before 'iat'"
            : ExpiresAt - IssuedAt > MaxLifetime ? $"'exp' is more than {MaxLifetime} seconds after 'iat'"
            : IssuedAt > seconds + Leeway ? $"'iat' lies {IssuedAt - seconds} seconds in the future: one of the two clocks is wrong"
            : seconds >= ExpiresAt + Leeway ? $"is expired since {seconds - ExpiresAt} seconds"
            : "";
        return problem.Length == 0;
    }

    private protected void WriteTimes(Utf8JsonWriter json)
    {
        json.WriteNumber("iat", IssuedAt);
        json.WriteNumber("exp", ExpiresAt);
    }
}
