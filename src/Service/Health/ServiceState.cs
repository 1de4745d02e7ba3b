namespace EncryptionService.Service.Health;

/// <summary>How far the service has come. Written by the start and by whoever finds damage; read by the probes.</summary>
internal sealed class ServiceState
{
    private volatile bool ready;
    private volatile bool damaged;

    /// <summary>Root unsealed, ledger verified, pins loaded.</summary>
    public bool Started => ready;

    /// <summary>Damage was found while running.</summary>
    public bool Damaged => damaged;

    /// <summary>The start is done.</summary>
    public void SetStarted() => ready = true;

    /// <summary>The ledger is damaged: no new work until an administrator has looked.</summary>
    public void SetDamaged() => damaged = true;
}
