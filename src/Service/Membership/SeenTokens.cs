namespace EncryptionService.Service.Membership;

/// <summary>Ids of call tokens that may be used once only: those of <c>Reseal</c>, the one call that does its work again when repeated.</summary>
/// <remarks>Bounded by the life of a token. A process that restarts forgets, and another replica never knew; the reseal budget bounds what that is worth (docs/decisions/0022).</remarks>
internal sealed class SeenTokens(TimeProvider time)
{
    // Only the core can sign a token, so only the core can fill this.
    private const int Most = 100_000;

    private readonly Lock guard = new();
    private readonly Dictionary<string, long> until = [];

    /// <summary>True the first time.</summary>
    /// <param name="id">The token's <c>jti</c>.</param>
    /// <param name="expires">Its <c>exp</c>, with the leeway.</param>
    public bool TryUse(string id, long expires)
    {
        lock (guard)
        {
            if (until.Count >= Most)
            {
                var now = time.GetUtcNow().ToUnixTimeSeconds();
                foreach (var old in until.Where(entry => entry.Value < now).Select(entry => entry.Key).ToList())
                {
                    until.Remove(old);
                }
            }

            return until.Count < Most && until.TryAdd(id, expires);
        }
    }
}
