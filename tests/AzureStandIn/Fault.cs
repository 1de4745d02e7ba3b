namespace EncryptionService.AzureStandIn;

/// <summary>How the vault fails.</summary>
public enum FaultKind
{
    /// <summary>403, no role assignment (yet).</summary>
    ForbiddenByRbac,

    /// <summary>403, the vault's firewall.</summary>
    ForbiddenByFirewall,

    /// <summary>403, public access is off and the request came over no private endpoint.</summary>
    ForbiddenByConnection,

    /// <summary>403 without a reason.</summary>
    Forbidden,

    /// <summary>401 with a challenge, whatever the token.</summary>
    Unauthorized,

    /// <summary>429.</summary>
    Throttled,

    /// <summary>503.</summary>
    Unavailable,

    /// <summary>Takes the request and never answers.</summary>
    Hang,

    /// <summary>Closes the connection.</summary>
    Abort,
}

/// <summary>A failure that is due.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Operation">get, wrapkey, unwrapkey, sign or update; null: each of them.</param>
/// <param name="Key">The key's name; null: every key.</param>
/// <param name="Times">How often; null: until cleared.</param>
/// <param name="RetryAfter">Seconds that the answer asks to wait.</param>
public sealed record Fault(FaultKind Kind, string? Operation = null, string? Key = null, int? Times = null, int? RetryAfter = null);

/// <summary>The failures that are due, in order.</summary>
public sealed class Faults
{
    private readonly Lock gate = new();
    private readonly List<Fault> due = [];

    /// <summary>True: the identity endpoint answers 503.</summary>
    public bool IdentityAway { get; set; }

    public void Add(Fault fault)
    {
        lock (gate)
        {
            due.Add(fault);
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            due.Clear();
        }

        IdentityAway = false;
    }

    /// <summary>The first that fits and belongs to this stage of a request; it is used up by that.</summary>
    internal Fault? Take(bool beforeToken, string operation, string key)
    {
        lock (gate)
        {
            var index = due.FindIndex(fault => IsBeforeToken(fault.Kind) == beforeToken
                && (fault.Operation ?? operation) == operation
                && string.Equals(fault.Key ?? key, key, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
            {
                return null;
            }

            var fault = due[index];
            if (fault.Times is { } times)
            {
                if (times > 1)
                {
                    due[index] = fault with { Times = times - 1 };
                }
                else
                {
                    due.RemoveAt(index);
                }
            }

            return fault;
        }
    }

    private static bool IsBeforeToken(FaultKind kind)
        => kind is FaultKind.Unauthorized or FaultKind.Throttled or FaultKind.Unavailable or FaultKind.Hang or FaultKind.Abort;
}
