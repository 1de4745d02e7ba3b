namespace EncryptionService.Benchmarks.World;

/// <summary>A host that runs outside of this process.</summary>
internal interface IMeasuredHost : IAsyncDisposable
{
    /// <summary>From the start of the process to the first 200 of the readiness probe.</summary>
    TimeSpan ReadyAfter { get; }

    /// <summary>Time on all cores since the start of the process.</summary>
    TimeSpan CoreTime { get; }

    /// <summary>A line of /proc/PID/status, in MB: VmRSS is what it holds now, VmHWM the most it ever held.</summary>
    double Memory(string name);
}
