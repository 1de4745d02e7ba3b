using EncryptionService.Hammer.Host;

namespace EncryptionService.Hammer.Scim.Hosts;

/// <summary>All instances of the core. Calls alternate between them.</summary>
internal sealed class Cores(IReadOnlyList<Keeper> instances)
{
    private uint turn;

    public IReadOnlyList<Keeper> Instances => instances;

    public int Kills => instances.Sum(instance => instance.Kills);

    /// <summary>True while an instance is coming back.</summary>
    public bool Recovering => instances.Any(instance => instance.Recovering);

    /// <summary>The root of the instance whose turn it is.</summary>
    public Uri Next() => CoreSettings.RootOf(instances[(int)(Interlocked.Increment(ref turn) % (uint)instances.Count)].Program);
}
