namespace EncryptionService.Container.Tests.Setting;

/// <summary>How the images are run: as hard as the engine can. The container platform has no such switches; what runs under these runs there.</summary>
internal static class Hardening
{
    /// <summary>The smallest size of a container app.</summary>
    public const string SmallestCores = "0.25";

    /// <summary>Arguments of <c>docker run</c>.</summary>
    /// <param name="cores">Share of the machine's cores.</param>
    public static string[] Arguments(string cores = SmallestCores) =>
    [
        "--network", "host", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--pids-limit", "256",
        "--memory", "512m", "--memory-swap", "512m", "--cpus", cores, "--tmpfs", "/tmp:rw,noexec,nosuid,nodev,size=16m",
    ];
}
