namespace EncryptionService.Service.Health;

/// <summary>How far the service has come. Written by the start and by whoever finds damage; read by the probes.</summary>
internal sealed class ServiceState
{
    private volatile bool ready;
    private volatile bool damaged;
    private volatile string? waitsFor;

    /// <summary>Root unsealed, ledger verified, pins loaded.</summary>
    public bool Started => ready;

    /// <summary>Damage was found while running.</summary>
    public bool Damaged => damaged;

    /// <summary>What the start waits for, in the words of a closed list; null while it does not wait.</summary>
    public string? WaitsFor => waitsFor;

    /// <summary>The start is done.</summary>
    public void SetStarted()
    {
        waitsFor = null;
        ready = true;
    }

    /// <summary>The start waits, or goes on (null).</summary>
    public void SetWaiting(string? what) => waitsFor = what;

    /// <summary>The ledger is damaged: no new work until an administrator has looked.</summary>
    public void SetDamaged() => damaged = true;
}
